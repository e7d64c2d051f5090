// What holds in a room, beside its messages.

const FIELDS = ["kind", "topic", "role", "frozen", "archived", "level", "pinned", "hidden", "people"];

export class About {
  kind = "open"; // "lobby", "open", "private" or "direct"
  topic = "";
  role = "member"; // this person's: "member", "moderator" or "owner"
  frozen = false; // only moderators write
  archived = false; // nobody writes
  mutedUntil = null; // this person may not write here until then
  members = null; // how many there are, once the page has asked
  missing = false; // the server has no such room for this person
  level = "all"; // what this person wants to be told of: "all", "mentions" or "nothing"
  pinned = false; // first in this person's list
  hidden = false; // not in this person's list until something comes
  people = []; // the others in a chat of several: {userid, username}

  constructor(room, name) {
    this.room = room;
    this.name = name;
  }

  get direct() {
    return this.room.startsWith("@");
  }

  // True: a private chat of two, which their ids name. The server may not have it yet.
  get pair() {
    return this.room.includes(".");
  }

  get muted() {
    return this.level === "nothing";
  }

  // Takes over what a frame says of the room. A field that it has not is as it was.
  describe(frame) {
    this.name = frame.title ?? frame.name;
    for (const field of FIELDS) if (field in frame) this[field] = frame[field];
    if ("muted" in frame) this.mutedUntil = frame.muted;
  }
}
