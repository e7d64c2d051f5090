// What holds in a room, beside its messages.

const FIELDS = ["kind", "topic", "role", "frozen", "archived"];

export class About {
  kind = "open"; // "lobby", "open", "private" or "direct"
  topic = "";
  role = "member"; // this person's: "member", "moderator" or "owner"
  frozen = false; // only moderators write
  archived = false; // nobody writes
  mute = { seq: 0, until: null }; // until when this person may not write here, and the number of the notice about it
  members = null; // how many there are, once the page has asked
  missing = false; // the server has no such room for this person
  level = "all"; // what this person wants to be told of: "all", "mentions" or "nothing"
  pinned = false; // first in this person's list

  constructor(room, name) {
    this.room = room;
    this.name = name;
  }

  get direct() {
    return this.room.startsWith("@");
  }

  get muted() {
    return this.level === "nothing";
  }

  // Takes over what a frame says of the room. A field that it has not is as it was.
  describe(frame) {
    this.name = frame.title ?? frame.name;
    for (const field of FIELDS) if (field in frame) this[field] = frame[field];
  }

  // Takes over a notice if it says that this person may not write here, or may again; of several the last one counts.
  noteMute({ what, userid, seq, until }, me) {
    if (what === "muted" && userid === me && seq > this.mute.seq) this.mute = { seq, until };
  }
}
