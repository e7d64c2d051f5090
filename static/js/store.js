// What this page knows: rooms with their events, and who is online. No network and no document.

import { LOBBY, Room } from "./room.js";

// Events: "rooms" (the list or a count changed), "people", "message" (detail: {room, data}), "reset" (detail: the
// room), "stranger" (somebody else is signed in now).
export class Store extends EventTarget {
  rooms = new Map();
  people = new Map();
  online = 0;
  epoch = null; // null until the first greeting
  current = null; // the room that is open
  watching = true; // and whether it can be seen

  constructor(userid) {
    super();
    this.userid = userid;
  }

  get hello() {
    const last = {};
    for (const { room, last: seq } of this.rooms.values()) if (seq !== null) last[room] = seq;
    return this.epoch === null ? { type: "hello" } : { type: "hello", epoch: this.epoch, last };
  }

  get unread() {
    return [...this.rooms.values()].reduce((sum, room) => sum + room.unread, 0);
  }

  room(room, name) {
    if (!this.rooms.has(room)) this.rooms.set(room, new Room(room, name ?? this.#nameOf(room)));
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

  open(room) {
    this.current = room;
    this.watch(this.watching);
  }

  // Whether the open room can be seen now: what comes meanwhile is unread otherwise.
  watch(watching) {
    this.watching = watching;
    if (watching && this.current) this.current.unread = 0;
    this.#emit("rooms");
  }

  #handlers = {
    0: (frame) => {
      if (frame.userid !== this.userid) return this.#emit("stranger");
      const first = this.epoch === null;
      this.epoch = frame.epoch;
      this.online = frame.online;
      this.people = new Map(frame.userlist.map((person) => [person.userid, person.username]));
      const mine = new Set(frame.rooms.map(({ room }) => room));
      for (const room of [...this.rooms.keys()]) if (!mine.has(room) && !this.#isNew(room)) this.rooms.delete(room);
      for (const { room, name, seq } of frame.rooms) {
        const known = this.room(room);
        const unseen = known.greet(name, seq);
        // A private chat that began while this page was away: all of it is unread.
        if (unseen && !first && this.partner(room) !== null && !this.#seen(known)) known.unread = seq;
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
      // A group room that is not in the list was left; the last words of it may still be on their way.
      if (partner === null && !this.rooms.has(data.room)) return;
      const room = this.room(data.room);
      if (partner === data.userid) room.name = data.user;
      if (!room.take(data)) return;
      if (data.userid !== this.userid && !this.#seen(room)) room.unread++;
      if (room !== this.current) room.trim();
      this.#emit("message", { room, data });
      this.#emit("rooms");
    },
    room: ({ room, name, joined, seq }) => {
      if (joined) this.room(room, name).last ??= seq;
      else this.rooms.delete(room);
      this.#emit("rooms");
    },
    reset: ({ room }) => {
      const known = this.rooms.get(room);
      if (!known) return;
      known.reset();
      this.#emit("reset", known);
    },
  };

  // A private chat in which nothing was said yet exists here only.
  #isNew(room) {
    return room === LOBBY || (this.partner(room) !== null && this.rooms.get(room).last === null);
  }

  #seen(room) {
    return this.watching && room === this.current;
  }

  #nameOf(room) {
    const partner = this.partner(room);
    return partner === null ? room : (this.people.get(partner) ?? `User ${partner}`);
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
