// Keeps the rooms with their messages, and the people who are online or typing. Touches neither network nor document.

import { helloOf } from "../client/hello.js";
import { _ } from "../lib/i18n.js";
import { LOBBY, Room } from "./room.js";
import { Typing } from "./typing.js";
import { noteBots } from "../lib/bots.js";
import { fold } from "../lib/inline.js";
import { mentions } from "../lib/text.js";

// Events: "rooms" (the list or a count changed), "people", "typing", "message" (detail: {room, data, isForMe}) and "change"
// (an edit, a deletion or a notice; detail: {room, data}), "renamed", "read", "joined", "left" and "reset" (detail: the room), "level", "pinned" and "hidden" (one of these has changed; detail: the room), "userchanged" (another user is signed in now).
export class Store extends EventTarget {
  rooms = new Map();
  people = new Map(); // users online: ids to names
  names = new Map(); // users that a message can mention: folded names to ids
  online = 0;
  epoch = null; // null until the first greeting
  current = null; // the room that is open
  blocked = new Set(); // the ids of those whom this person blocks
  #first = true; // no greeting has come before this one
  #unlisted = null; // the names of rooms that the greeting has not named so far; null once its list is complete
  #users = new Map(); // all users whose name this page knows: ids to names
  #typing = new Typing(() => this.#emit("typing"));

  constructor(userid, username) {
    super();
    this.userid = userid;
    this.#addUser(userid, username);
  }

  // A refusal of it carries the cid. `bytes`: the most that it may have.
  hello(bytes) {
    return { cid: ".", ...helloOf(this.rooms.values(), this.epoch, bytes) };
  }

  // True: the greeting has come as far as this room, so its messages can be loaded.
  knows({ missing, last }) {
    return this.epoch !== null && !missing && (last !== null || !this.#unlisted);
  }

  // True: the greeting has come, with all of its rooms.
  get isListed() {
    return this.epoch !== null && !this.#unlisted;
  }

  room(room, name) {
    const partner = this.partner({ room });
    const words = name ?? (partner === null ? room : this.nameOf(partner));
    if (!this.rooms.has(room)) this.rooms.set(room, new Room(room, words, this.#isForMe));
    return this.rooms.get(room);
  }

  // The room of a private chat with a person. It may have no message yet.
  direct(userid, username) {
    if (username) this.#addUser(userid, username);
    const [low, high] = [this.userid, userid].sort((a, b) => a - b);
    return this.room(`@${low}.${high}`);
  }

  // The id of the other person of a private chat of two; null for other rooms.
  partner({ room }) {
    const [, low, high] = /^@(\d+)\.(\d+)$/.exec(room)?.map(Number) ?? [];
    return (low === this.userid ? high : low) ?? null;
  }

  title(room) {
    const isLobby = room.room === LOBBY && room.name === LOBBY;
    return room.missing ? _("No such room") : isLobby ? _("Lobby") : room.name;
  }

  // The fields that address a message to this room.
  address(room) {
    const userto = this.partner(room);
    return userto === null ? { type: "1", room: room.room } : { type: "0", userto };
  }

  typing(room) {
    return this.#typing.of(room.room).map((userid) => this.nameOf(userid));
  }

  nameOf(userid) {
    return this.#users.get(userid) ?? _("User %(number)s", { number: userid });
  }

  // Notes that this user has read up to `seq`. False: that was known.
  read(room, seq) {
    if (seq <= room.read) return false;
    room.markRead(seq);
    this.#emit("rooms");
    return true;
  }

  take(frame) {
    const { type, data } = frame;
    if (this.#handlers[type]) this.#handlers[type](frame);
    else if (data?.seq) this.#change({ data: { room: data.room, seq: data.seq, time: data.time } }); // of another kind: only the cursor moves
  }

  #choose = ({ type, room: name, [type]: value }) => {
    const room = this.rooms.get(name);
    if (room && room[type] !== value) {
      room[type] = value;
      this.#emit(type, room);
    }
    this.#emit("rooms");
  };

  #change = ({ data }) => {
    const room = this.rooms.get(data.room);
    if (room?.take(data)) this.#emit("change", { room, data });
    this.#emit("rooms"); // what is for this person may be another count
  };

  #handlers = {
    0: (frame) => {
      if (frame.userid !== this.userid) return this.#emit("userchanged");
      this.#first = this.epoch === null;
      Object.assign(this, { epoch: frame.epoch, online: frame.online, people: new Map() });
      for (const { userid, username } of noteBots(frame.userlist)) this.#arrive(userid, username);
      this.#unlisted = new Set(this.rooms.keys());
      this.#list(frame);
      this.#emit("people");
    },
    rooms: (frame) => this.#list(frame),
    presence: ({ joined, left, online }) => {
      for (const { userid } of left) this.people.delete(userid);
      for (const { userid, username } of noteBots(joined)) this.#arrive(userid, username);
      this.online = online;
      this.#emit("people");
    },
    1: ({ data }) => {
      // If a group room is not in the list, this user has left it; its last messages may still come.
      const direct = data.room.startsWith("@");
      if (!direct && !this.rooms.has(data.room)) return;
      for (const { userid, user } of noteBots([data])) this.#addUser(userid, user);
      const room = this.room(data.room);
      const isOwn = data.userid === this.userid;
      if (this.partner(room) === data.userid) room.name = data.user;
      if (direct && !isOwn) room.noteRead(data.userid, data.seq);
      if (!room.take(data)) return;
      this.#typing.end(data.room, data.userid);
      const isForMe = direct ? !isOwn : this.#isForMe(data);
      if (isOwn) room.markRead(data.seq);
      else if (data.seq > room.read) room.noteUnread(data.seq, isForMe);
      this.#emit("message", { room, data, isForMe });
      this.#emit("rooms");
    },
    edit: this.#change,
    delete: this.#change,
    notice: this.#change,
    room: (frame) => {
      const { room, name, joined, seq } = frame;
      if (joined) {
        this.#unlisted?.delete(room);
        const known = this.room(room, name);
        this.#meet(known, frame);
        if (known.last === null) {
          known.greet(seq, seq, 0, known.time || new Date().toISOString());
          this.#emit("joined", known);
        }
      } else if (this.rooms.has(room)) {
        this.#drop(this.rooms.get(room));
      }
      this.#emit("rooms");
    },
    read: ({ room, userid, seq }) => {
      const known = this.rooms.get(room);
      if (!known) return;
      if (userid === this.userid) known.markRead(seq);
      else known.noteRead(userid, seq);
      this.#emit("read", known);
      this.#emit("rooms");
    },
    level: this.#choose,
    pinned: this.#choose,
    hidden: this.#choose,
    typing: ({ room, userid }) => this.#typing.begin(room, userid),
    reset: ({ room }) => {
      const known = this.rooms.get(room);
      known?.reset();
      if (known) this.#emit("reset", known);
    },
  };

  // Takes over a part of the greeting's list of rooms. With the last part, rooms that were not named are dropped; but a private
  // chat without messages exists on this page only.
  #list({ rooms, more }) {
    if (!this.#unlisted) return; // the list of another user
    for (const entry of rooms) {
      const { room, name, seq, read, unread, time, mentions, bot } = entry;
      this.#unlisted.delete(room);
      const known = this.room(room);
      if (known.pair) this.#addUser(noteBots([{ userid: this.partner(known), bot }])[0].userid, name);
      this.#meet(known, { topic: "", archived: false, muted: null, level: "all", pinned: false, hidden: false, ...entry });
      const isNew = known.greet(seq, read, unread, time, mentions);
      if (isNew && !this.#first) for (const type of ["reset", "joined"]) this.#emit(type, known);
    }
    if (!more) {
      const gone = [...this.#unlisted].map((room) => this.rooms.get(room));
      this.#unlisted = null;
      for (const room of gone) if (room && !(room.pair && room.last === null)) this.#drop(room);
    }
    this.#emit("rooms");
  }

  #meet(room, frame) {
    room.describe(frame);
    for (const { userid, username } of noteBots(room.people)) this.#addUser(userid, username);
  }

  #drop(room) {
    this.rooms.delete(room.room);
    if (room.last === null) room.missing = true; // it never was this person's
    else this.#emit("left", room);
  }

  #arrive(userid, username) {
    this.people.set(userid, username);
    this.#addUser(userid, username);
  }

  #addUser(userid, username) {
    const before = this.#users.get(userid);
    this.#users.set(userid, username);
    if (before !== undefined && before !== username) this.#rename(userid, username, before);
    this.names.set(fold(username), userid);
  }

  // A user is shown by another name from now on, such as one with the account after another user got the same name.
  #rename(userid, username, before) {
    if (this.names.get(fold(before)) === userid) this.names.delete(fold(before));
    for (const room of this.rooms.values()) {
      if (this.partner(room) === userid) room.name = username;
      room.rename(userid, username);
    }
    this.#emit("renamed");
  }

  // Takes over the authors of a page of history, whom others can mention.
  addAuthors(events) {
    for (const { userid, user, msg } of noteBots(events)) if (user && msg !== undefined) this.#addUser(userid, user);
  }

  #isForMe = ({ userid, msg, live }) => !!msg && userid !== this.userid && !this.blocked.has(userid) && mentions(msg, this.names, this.userid, live);

  #emit = (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail }));
}
