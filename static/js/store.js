// What this page knows: rooms with their events, and who is online. No network and no document.

export class Room {
  constructor(room, name) {
    this.room = room;
    this.name = name;
    this.last = null; // the number up to which this page has everything that came; asked for after a reconnect
    this.events = new Map(); // by number
    this.loaded = false;
    this.more = true; // older events may be fetched
    this.unread = 0;
  }

  get sorted() {
    return [...this.events.values()].sort((a, b) => a.seq - b.seq);
  }

  get first() {
    return Math.min(...this.events.keys());
  }
}

// Events: "rooms" (the list or a count changed), "people", "message" (detail: {room, data}), "reset" (detail: room).
export class Store extends EventTarget {
  rooms = new Map();
  people = new Map();
  online = 0;
  epoch = null;
  current = null;

  constructor(userid) {
    super();
    this.userid = userid;
  }

  get hello() {
    const last = {};
    for (const { room, last: seq } of this.rooms.values()) if (seq !== null) last[room] = seq;
    return this.epoch === null ? { type: "hello" } : { type: "hello", epoch: this.epoch, last };
  }

  room(room, name) {
    if (!this.rooms.has(room)) this.rooms.set(room, new Room(room, name ?? room));
    return this.rooms.get(room);
  }

  // The room of a private chat with a person, whether or not anything was said there.
  direct(userid, name) {
    const [low, high] = [this.userid, userid].sort((a, b) => a - b);
    return this.room(`@${low}.${high}`, name);
  }

  // Whom a private chat is with; null for other rooms.
  partner(room) {
    if (!room.startsWith("@")) return null;
    const [low, high] = room.slice(1).split(".").map(Number);
    return low === this.userid ? high : low;
  }

  take(frame) {
    const handler = this.#handlers[frame.type];
    if (handler) handler(frame);
  }

  // Events of a page of history.
  add(room, events) {
    for (const { data } of events) room.events.set(data.seq, data);
  }

  read(room) {
    room.unread = 0;
    this.#emit("rooms");
  }

  #handlers = {
    0: (frame) => {
      this.epoch = frame.epoch;
      this.online = frame.online;
      this.people = new Map(frame.userlist.map((person) => [person.userid, person.username]));
      for (const { room, name, seq } of frame.rooms) {
        const known = this.room(room, name);
        known.name = name;
        if (known.last === null) known.last = seq;
      }
      this.#emit("people");
      this.#emit("rooms");
    },
    presence: ({ joined, left, online }) => {
      for (const { userid } of left) this.people.delete(userid);
      for (const { userid, username } of joined) this.people.set(userid, username);
      this.online = online;
      this.#emit("people");
    },
    1: ({ data }) => {
      const partner = this.partner(data.room);
      const room = this.room(data.room, partner === data.userid ? data.user : this.people.get(partner));
      if (room.events.has(data.seq)) return;
      room.events.set(data.seq, data);
      room.last = Math.max(room.last ?? 0, data.seq);
      if (data.userid !== this.userid && room !== this.current) room.unread++;
      this.#emit("message", { room, data });
      this.#emit("rooms");
    },
    room: ({ room, name, joined, seq }) => {
      if (joined) {
        const known = this.room(room, name);
        known.last ??= seq;
      } else {
        this.rooms.delete(room);
      }
      this.#emit("rooms");
    },
    // Numbers seen before say nothing any more: forget them, and load the room anew.
    reset: ({ room }) => {
      const known = this.room(room);
      Object.assign(known, { events: new Map(), loaded: false, more: true, last: null });
      this.#emit("reset", known);
    },
  };

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
