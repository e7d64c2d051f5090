// Keeps one room: a stretch of its log without gaps, its unread count and the read marks.

import { About } from "./about.js";

export const LOBBY = "lobby";

const MOST = 2_000; // messages held of one room; those further away are fetched again
const KEPT = 1_000;

export class Room extends About {
  messages = []; // of the stretch, and its notices, ascending
  last = null; // all events up to this number have come over the socket; null: the server has not sent this room yet
  loaded = false;
  more = true; // the log has events before the stretch
  atHead = true; // the stretch reaches the head: new events are appended
  read = 0; // one's own mark
  reads = {}; // of a private chat: ids of the others to the numbers up to which they have read
  unread = 0;
  time = ""; // of the last event, as the server writes it: such texts stand in the order of time
  line = null; // the number after which unread messages began when the room was opened
  age = 0; // grows with each reset: a page requested before it is of no use
  loadError = null; // the reason for which its messages could not be loaded, in words
  #first = Infinity; // the first and the last number of the stretch, edits and deletions included
  #end = 0;
  #late = null; // events that come while a page of history is requested
  #changes = new Map(); // the last change of messages that are not in the stretch; the newest KEPT of them
  #mark = 0; // one's own mark at the server: it may be ahead of the events that have come
  #greeted = {}; // {seq, read, unread}: the state if the server cannot resume from `last`
  #mentioned = { count: 0, seq: 0 }; // unread messages that mention this person: so many up to `seq`, as the server said
  #mentions = []; // and the numbers of those that have come since

  // isForMe(message): it mentions this person.
  constructor(room, name, isForMe) {
    super(room, name);
    this.isForMe = isForMe;
  }

  // How many unread messages are meant for this person: those that mention them, and all of a private chat.
  get forMe() {
    if (this.direct) return this.unread;
    if (this.#hasUnread) return this.#later.filter(({ forMe }) => forMe).length;
    return Math.min(this.unread, this.#mentioned.count + this.#mentions.length);
  }

  // How many unread messages the title counts.
  get counted() {
    return this.hidden ? 0 : { all: this.unread, mentions: this.forMe, nothing: 0 }[this.level];
  }

  get first() {
    return this.#first;
  }

  get end() {
    return this.#end;
  }

  // True: the events after this number are loaded.
  covers(seq) {
    return this.loaded && this.#first <= seq + 1 && (this.atHead || seq < this.#end);
  }

  // True: the server had not sent this room before, and messages loaded earlier do not count.
  greet(seq, read, unread, time, mentions = 0) {
    this.#mentioned = { count: mentions, seq };
    this.#mentions = [];
    this.time = time ?? "";
    this.#greeted = { seq, read, unread };
    const isNew = this.last === null;
    if (isNew) this.#begin();
    else this.markRead(read);
    return isNew;
  }

  markRead(seq) {
    this.#mark = Math.max(this.#mark, seq);
    this.read = Math.max(this.read, Math.min(seq, this.last ?? seq));
    const most = Math.max(0, (this.last ?? 0) - this.read);
    this.#countMentions();
    this.unread = this.#hasUnread ? this.#later.length : Math.min(this.unread, most);
  }

  noteRead(userid, seq) {
    if (!(this.reads[userid] > seq)) this.reads[userid] = seq;
  }

  // True: the stretch has all unread messages.
  get #hasUnread() {
    return this.atHead && this.loaded && this.#first <= this.read + 1;
  }

  // The messages after one's own mark.
  get #later() {
    return this.messages.slice(this.indexAfter(this.read)).filter(({ what }) => !what);
  }

  // Adds an event that came over the socket. False: it was here already.
  take(event) {
    if (this.last !== null && event.seq <= this.last) return false;
    this.last = event.seq;
    this.time = event.time;
    event.live = event.seq > (this.#greeted.seq ?? 0); // this person was here when it came: @here means them
    this.hidden &&= !event.live;
    if (event.seq <= this.#mark) this.read = event.seq;
    if (this.loaded && this.atHead) this.#append(event);
    else this.#late?.push(event);
    if (event.of) this.#change(event);
    return true;
  }

  // Counts a new message, which is meant for this person or not.
  noteUnread(seq, isForMe) {
    this.unread++;
    if (isForMe && !this.direct && seq > this.#mentioned.seq) this.#mentions.push(seq);
  }

  #countMentions() {
    if (this.read >= this.#mentioned.seq) this.#mentioned.count = 0;
    if (this.#mentions.length) this.#mentions = this.#mentions.filter((seq) => seq > this.read);
  }

  find(seq) {
    const index = this.indexAfter(seq) - 1;
    return this.messages[index]?.seq === seq ? this.messages[index] : undefined;
  }

  // The author of messages is shown by another name.
  rename(userid, username) {
    for (const message of this.messages) if (message.userid === userid && !message.what) message.user = username;
  }

  // The number of messages up to this seq.
  indexAfter(seq) {
    let [low, high] = [0, this.messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.messages[middle].seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Keeps events from here on for the page of history that is about to be requested.
  expect() {
    this.#late = [];
  }

  // Replaces the stretch by these events.
  replace(events, more, atHead) {
    this.messages = [];
    this.#first = (events[0] ?? this.#late?.[0])?.seq ?? (this.last ?? 0) + 1;
    this.#end = this.#first - 1;
    this.loaded = true;
    this.more = more;
    this.#extend(events, atHead);
    this.markRead(this.read);
  }

  prepend(events, more) {
    if (events.length) this.#first = events[0].seq;
    this.messages = [...events.filter(isShown).map((event) => this.#changed(event)), ...this.messages];
    this.more = more;
    if (this.messages.length <= MOST) return;
    this.messages.length = KEPT;
    this.#end = this.messages.at(-1).seq;
    this.atHead = false;
  }

  append(events, atHead) {
    this.#extend(events, atHead);
    this.#trim(MOST);
  }

  // Drops messages far above a reader who is at the newest.
  trim() {
    this.#trim(KEPT / 2);
  }

  // Drops all messages and marks: the room's numbers begin again.
  reset() {
    this.messages = [];
    this.#changes.clear();
    this.#begin();
    this.reads = {};
    this.line = null;
    this.age++;
    this.atHead = this.more = true;
    this.#late = null;
  }

  // Drops all messages, as if the server had not sent this room yet.
  forget() {
    this.reset();
    this.last = null;
  }

  // Takes over the server's greeting. The server counts up to 100 unread; beyond, their number is estimated by seq.
  #begin() {
    const { seq = null, read = 0, unread = 0 } = this.#greeted;
    this.last = seq;
    this.read = this.#mark = read;
    this.unread = unread < 100 ? unread : seq - read;
    this.loaded = false;
  }

  #extend(events, atHead) {
    this.atHead = atHead;
    for (const event of [...events, ...(atHead ? (this.#late ?? []) : [])]) this.#append(event);
    this.#late = null;
  }

  #append(event) {
    if (event.seq <= this.#end) return;
    this.#end = event.seq;
    if (isShown(event)) this.messages.push(this.#changed(event));
  }

  #trim(most) {
    if (this.messages.length <= 2 * most) return;
    this.messages.splice(0, this.messages.length - most);
    this.#first = this.messages[0].seq;
    this.more = true;
  }

  #change(change) {
    const message = this.find(change.of);
    if (message) this.#apply(change, message);
    else this.#changes.set(change.of, change);
    if (this.#changes.size > KEPT) this.#changes.delete(this.#changes.keys().next().value);
  }

  // A page of history may have been read before a change that has come since.
  #changed(message) {
    this.#apply(this.#changes.get(message.seq), message);
    this.#changes.delete(message.seq);
    return message;
  }

  #apply(change, message) {
    if (change?.msg !== undefined) Object.assign(message, { msg: change.msg, edited: change.time });
    else if (change) Object.assign(message, { msg: "", files: undefined, deleted: true, by: change.by, byname: change.byname ?? change.user, reason: change.reason });
    message.forMe = this.isForMe(message);
  }
}

// Messages, and notices of what happened to the room, which have a `what`; neither changes nor what is not known.
const isShown = ({ of, msg, what }) => !of && (what || msg !== undefined);
