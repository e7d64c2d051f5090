// The second line of the header of a room without a topic: how many members it has.

import { roomOf } from "../net/rooms.js";
import { $ } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";
import "../lib/words.js";

const PAUSE = 300; // milliseconds in a room before the members are counted

const changes = { added: 1, joined: 1, removed: -1 };

export class Heading {
  #store;
  #asked = new WeakSet(); // rooms
  #timer = 0;

  constructor(store) {
    this.#store = store;
    store.addEventListener("change", ({ detail: { room, data } }) => {
      if (room.members !== null) room.members += changes[data.what] ?? 0;
    });
  }

  draw() {
    const room = this.#store.current;
    const { topic, people } = room;
    const members = people.length ? people.length + 1 : room.members;
    if (room.pair || room.missing || topic || room.last === null) return;
    if (room.room === LOBBY) $("subtitle").textContent = _("Everyone here"); // to count all takes long
    else if (members !== null) $("subtitle").textContent = ngettext("%(count)s member", "%(count)s members", members);
    else if (!this.#asked.has(room)) this.#askFor(room);
  }

  #askFor(room) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      if (room !== this.#store.current) return;
      this.#asked.add(room);
      const { members = null } = await roomOf(room.room).catch(() => ({}));
      room.members ??= members;
      this.draw();
    }, PAUSE);
  }
}
