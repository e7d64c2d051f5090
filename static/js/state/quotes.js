// Requests messages that others answer and that are not loaded, each of them once.

import { history } from "../net/api.js";

const MOST = 1_000; // messages kept: more than are in the document at once

export class Quotes {
  #found = new Map(); // room and number to the message, or to null while it is on its way or if there is none
  #onFound;

  constructor(onFound) {
    this.#onFound = onFound;
  }

  find(room, seq) {
    const key = `${room.room} ${seq}`;
    if (!this.#found.has(key)) {
      if (this.#found.size >= MOST) this.#found.delete(this.#found.keys().next().value);
      this.#found.set(key, null);
      this.#request(room.room, seq, key);
    }
    return this.#found.get(key);
  }

  // Drops a message that was changed, so that it is requested again.
  forget(room, seq) {
    this.#found.delete(`${room.room} ${seq}`);
  }

  async #request(room, seq, key) {
    try {
      const { events } = await history(room, { before: seq + 1, limit: 1 });
      const message = events[0]?.data;
      if (message?.seq === seq) this.#found.set(key, message);
      this.#onFound();
    } catch {
      this.#found.delete(key); // tried again when the list is next drawn
    }
  }
}
