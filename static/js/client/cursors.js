// How far a program has come in the log of each room: it takes every event once, in order.

import { helloOf } from "./hello.js";

// Of one room. `last`: all events up to this number have come; null: the next one begins.
class Place {
  loaded = true;
  asked = null; // the number after which the last hello has asked for events
  #complete; // and after which the server has sent what there is

  constructor(room, last) {
    Object.assign(this, { room, last, head: last });
  }

  answered() {
    this.#complete = this.asked;
  }

  // The log cannot be resumed here: what comes next follows on the number that the greeting named.
  restart() {
    this.last = this.#complete = this.head;
  }

  // The hello has no space for it.
  forget() {
    this.asked = null;
  }

  // "next": it follows; "known": it has come before; "gap": others lie between that have not been asked for.
  take(seq) {
    if (this.last !== null && seq <= this.last) return "known";
    if (this.last !== null && seq > this.last + 1 && this.#complete !== this.last) return "gap";
    this.last = seq;
    return "next";
  }
}

export class Cursors {
  #epoch;
  #places = new Map(); // rooms to places
  #rooms; // the names of those that count, or undefined: all
  #begin; // true: a new room from its first event on, false: from now on
  #unlisted = null; // the rooms that a greeting has not named so far; null: it is complete
  #lacking = new Set(); // places for whose events a hello must ask
  #open = 0; // hellos for which no `ready` has come

  // `from`: "start", "now", or a position, {epoch, last}.
  constructor(rooms, from) {
    this.#rooms = rooms;
    this.#begin = from === "start";
    this.#epoch = from.last ? from.epoch : null;
    for (const [room, last] of Object.entries(from.last ?? {})) this.#places.set(room, new Place(room, last));
  }

  // What a program keeps to go on from here another time.
  get position() {
    const known = [...this.#places.values()].filter(({ last }) => last !== null);
    return { epoch: this.#epoch ?? undefined, last: Object.fromEntries(known.map(({ room, last }) => [room, last])) };
  }

  // The rooms that count and that are not the person's, once the greeting has named all of theirs.
  get missing() {
    return this.#unlisted ? [] : (this.#rooms ?? []).filter((room) => !this.#places.has(room));
  }

  // Greets over a new connection. `bytes`: the most that the hello may have.
  hello(bytes) {
    this.#open = 0;
    return this.#ask(this.#places.values(), bytes);
  }

  // The hello that asks for events that are lacking, or null. A stream, which `bytes` says that it is, begins again with it: it
  // is first read to its `ready`.
  further(bytes) {
    if (!this.#lacking.size || this.#unlisted || (bytes && this.#open > 0)) return null;
    return bytes ? this.hello(bytes) : this.#ask([]);
  }

  // Has the events of a room come again after this number.
  rewind(room, after) {
    this.#place(room, after);
    this.#lacking.add(this.#places.get(room));
  }

  // True: the frame is an event that is to be taken now.
  take({ type, data, room, ...frame }) {
    if (type === 0) {
      if (this.#epoch && this.#epoch !== frame.epoch) for (const place of this.#places.values()) place.last = null;
      this.#epoch = frame.epoch;
      this.#unlisted = new Set(this.#places.keys());
    }
    if (frame.rooms) this.#list(frame);
    else if (type === "room" && frame.joined) this.#meet(room, frame.seq);
    else if (type === "room") this.#places.delete(room);
    else if (type === "reset") this.#places.get(room)?.restart();
    else if (type === "ready" && --this.#open === 0) for (const place of this.#places.values()) place.answered();
    return !!data?.seq && this.#counts(data.room) && this.#isNext(data);
  }

  #counts(room) {
    return this.#rooms?.includes(room) ?? true;
  }

  #place(room, last) {
    this.#places.set(room, new Place(room, last));
  }

  // Asks for what is lacking first: not all may fit into the hello.
  #ask(places, bytes) {
    const asked = new Set([...this.#lacking, ...places]);
    this.#lacking.clear();
    if (this.#epoch !== null) this.#open++;
    for (const place of asked) place.asked = this.#epoch === null ? null : place.last;
    return helloOf(asked, this.#epoch, bytes);
  }

  #list({ rooms, more }) {
    for (const { room, seq } of rooms) {
      this.#unlisted?.delete(room);
      this.#meet(room, seq);
    }
    if (more) return;
    for (const room of this.#unlisted ?? []) this.#places.delete(room);
    this.#unlisted = null;
  }

  // `seq`: the last number of the room, after which its events come by themselves.
  #meet(room, seq) {
    if (!this.#counts(room)) return;
    if (!this.#places.has(room)) this.#place(room, this.#begin ? 0 : seq);
    const place = this.#places.get(room);
    place.head = seq;
    place.last ??= seq;
    if (place.last < seq && place.asked !== place.last) this.#lacking.add(place);
  }

  #isNext({ room, seq }) {
    if (!this.#places.has(room)) this.#place(room, null); // a private chat that begins
    const place = this.#places.get(room);
    const found = place.take(seq);
    if (found === "gap") this.#lacking.add(place);
    return found === "next";
  }
}
