// Opens rooms, where the unread messages begin, at the end or at one message; joins and leaves them.

import { _ } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";

export class Navigation {
  #page; // {store, connection, composer, messages, notice, view, loader}
  #wanted = null; // the name of the room that opens once this user has joined it

  constructor(page) {
    this.#page = page;
  }

  // Opens the private chat that the address names, or else the room `name`.
  openFirst(name) {
    const { store } = this.#page;
    const [, low, high] = location.hash.match(/^#@(\d+)\.(\d+)$/) ?? [];
    this.open([Number(low), Number(high)].includes(store.userid) ? store.room(`@${low}.${high}`) : store.room(name));
  }

  // `seq`: the message to show.
  open(room, seq = null) {
    const { store, composer, notice, view } = this.#page;
    notice.clear();
    this.#wanted = null;
    if (room !== store.current) {
      room.line = room.unread ? room.read : null;
      composer.switchTo(room.room);
    }
    store.current = room;
    view.showPane(false);
    keepAddress(room);
    this.#show(room, seq === null ? begin(room) : { seq });
  }

  // Opens a room and focuses the field for messages.
  choose(room) {
    this.open(room);
    this.focus();
  }

  // Focuses the field, but not on a phone, where a screen keyboard would cover the messages.
  focus() {
    const { composer, messages, view } = this.#page;
    if (view.narrow) messages.focus();
    else composer.focus();
  }

  // Loads the messages of the open room, after a greeting.
  refresh() {
    const room = this.#page.store.current;
    if (room.loaded) return;
    room.line ??= room.unread ? room.read : null;
    this.#show(room, begin(room));
  }

  toEnd() {
    const { store, messages, view } = this.#page;
    const room = store.current;
    if (!room.unread) room.line = null;
    if (room.atHead) messages.toEnd();
    else this.#show(room, null);
    view.redraw("messages");
  }

  // Shows the room's newest messages: its numbers begin again.
  reset(room) {
    if (room === this.#page.store.current) this.#show(room, null);
  }

  join(name) {
    const { store } = this.#page;
    this.#wanted = name.trim().normalize("NFC");
    if (store.rooms.has(this.#wanted)) this.choose(store.room(this.#wanted));
    else this.#request({ type: "join", room: this.#wanted });
  }

  joined(room) {
    if (room.room === this.#wanted) this.choose(room);
  }

  refused() {
    this.#wanted = null;
  }

  leave() {
    this.#request({ type: "leave", room: this.#page.store.current.room });
  }

  left(room) {
    const { store, notice } = this.#page;
    if (room !== store.current) return;
    this.open(store.room(LOBBY));
    notice.show(_("You are no longer in the room %(room)s.", { room: store.title(room) }));
  }

  #request(frame) {
    const { connection, notice } = this.#page;
    notice.clear();
    if (connection.send(frame)) return;
    this.#wanted = null;
    notice.show(_("That needs a connection: try again when it is back."));
  }

  // `place`: {seq} or {line}, a number; null: the end.
  async #show(room, place) {
    const { store, messages, view, loader } = this.#page;
    const at = place && (place.seq ?? place.line);
    room.loadError = null;
    messages.show(room, at);
    view.place = place;
    view.redraw("messages", "rooms", "typing");
    view.drawTitle();
    if (!store.knows(room) || (at === null ? room.loaded && room.atHead : room.covers(at))) return;
    if (!(await loader.load(room, at, () => this.#show(room, place))) || room !== store.current) return;
    messages.show(room, at);
    view.place = place;
    view.redraw("messages");
  }
}

// The place of a room that is opened: the line above its unread messages, or its end.
const begin = (room) => (room.unread && room.line !== null ? { line: room.line } : null);

// Puts the room into the address, for a reload. The server may not have a private chat yet: the fragment names it.
function keepAddress({ room, direct }) {
  const query = direct ? `#${room}` : `?num=${encodeURIComponent(room)}`;
  window.history.replaceState(null, "", location.pathname + (room === LOBBY ? "" : query));
}
