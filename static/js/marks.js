// Tells the server how far this user has read: at most once a second, and again when a connection is back.

const PAUSE = 1_000; // milliseconds

export class Marks {
  #send;
  #rooms = new Set();
  #timer = 0;

  // send(frame) is false while there is no connection.
  constructor(send) {
    this.#send = send;
  }

  note(room) {
    if (room.last) this.#rooms.add(room);
    this.#timer ||= setTimeout(() => this.flush(), PAUSE);
  }

  flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    for (const room of this.#rooms) {
      if (this.#send({ type: "read", room: room.room, seq: room.read })) this.#rooms.delete(room);
    }
  }
}
