// Sends this user's read marks to the server: at most once a second, and again after a reconnection.

const PAUSE = 1_000; // milliseconds
const MOST = 10; // at once: they count for the rate of sending

export class Marks {
  #send;
  #rooms = new Set();
  #timer = 0;

  // send(frame) is false while there is no connection.
  constructor(send) {
    this.#send = send;
  }

  note(room) {
    if (room?.last) this.#rooms.add(room);
    this.#timer ||= setTimeout(() => this.flush(), PAUSE);
  }

  flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    for (const room of [...this.#rooms].slice(0, MOST)) {
      // A refusal carries the cid.
      if (!this.#send({ type: "read", room: room.room, seq: room.read, cid: room.room })) return;
      this.#rooms.delete(room);
    }
    if (this.#rooms.size) this.note();
  }
}
