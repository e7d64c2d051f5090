// One room as this page knows it: a stretch without gaps of its log, from `first` to the newest.

export const LOBBY = "lobby";

const MOST_EVENTS = 600; // held of one room; older ones are fetched again when somebody scrolls up
const KEPT_EVENTS = 300;

export class Room {
  events = new Map(); // by number
  last = null; // up to this number everything has come; null: the server has not told of this room yet
  loaded = false; // the newest page is there
  more = true; // older events may be fetched
  unread = 0;
  #head = null; // the number from which the server sends what comes if it cannot resume from `last`

  constructor(room, name) {
    this.room = room;
    this.name = name;
  }

  get title() {
    return this.room === LOBBY ? "Lobby" : this.name;
  }

  get sorted() {
    return [...this.events.values()].sort((a, b) => a.seq - b.seq);
  }

  get first() {
    return this.sorted[0].seq;
  }

  // The server lists this room. True: it is new here, and what was loaded before the room was there says nothing.
  greet(name, seq) {
    this.name = name;
    this.#head = seq;
    if (this.last !== null) return false;
    this.last = seq;
    this.loaded = false;
    return true;
  }

  // An event that came over the socket. False: it is here already.
  take(data) {
    this.last = Math.max(this.last ?? 0, data.seq);
    if (this.events.has(data.seq)) return false;
    this.events.set(data.seq, data);
    return true;
  }

  // The events of a page of history.
  add(events) {
    for (const { data } of events) this.events.set(data.seq, data);
  }

  trim() {
    if (this.events.size <= MOST_EVENTS) return;
    for (const { seq } of this.sorted.slice(0, -KEPT_EVENTS)) this.events.delete(seq);
    this.more = true;
  }

  // Numbers seen before say nothing any more. The map is a new one, so that a page on its way is known to be old.
  reset() {
    this.events = new Map();
    this.last = this.#head;
    this.loaded = false;
    this.more = true;
  }
}
