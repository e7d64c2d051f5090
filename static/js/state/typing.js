// The people who are typing, by room.

const LASTS = 6_000; // milliseconds for which a person counts as typing

export class Typing {
  #rooms = new Map(); // rooms to maps of ids to timers
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  of(room) {
    return [...(this.#rooms.get(room)?.keys() ?? [])];
  }

  begin(room, userid) {
    this.end(room, userid);
    if (!this.#rooms.has(room)) this.#rooms.set(room, new Map());
    this.#rooms.get(room).set(userid, setTimeout(() => this.end(room, userid), LASTS));
    this.#onChange();
  }

  end(room, userid) {
    const people = this.#rooms.get(room);
    if (!people?.has(userid)) return;
    clearTimeout(people.get(userid));
    people.delete(userid);
    this.#onChange();
  }
}
