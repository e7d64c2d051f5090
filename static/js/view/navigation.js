// Opens rooms, where the unread messages begin, at the end or at one message.

import { _ } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";

export class Navigation {
  #page; // {store, connection, composer, messages, notice, view, loader}
  #first = null; // {room, seq}: the message that the address names, until it can be loaded

  constructor(page) {
    this.#page = page;
    addEventListener("popstate", () => this.#step());
  }

  // Opens the private chat that the address names, or else the room `name`; at the message that it names. On a narrow
  // screen the lists lie before it: alone if the address names nothing, else one step back.
  openFirst(name) {
    const { store, view } = this.#page;
    const isNamed = location.search || location.hash;
    const [, low, high, seq] = location.hash.match(/^#(?:@(\d+)\.(\d+)\/?)?(\d+)?$/) ?? [];
    const isOwn = [Number(low), Number(high)].includes(store.userid);
    const room = isOwn ? store.room(`@${low}.${high}`) : store.room(name);
    if (seq && (isOwn || !low)) this.#first = { room, seq: Number(seq) };
    if (view.narrow && !history.state?.back) {
      view.showPane(true);
      if (!isNamed) return this.#enter(room);
      history.replaceState({ pane: "lists" }, "", location.pathname);
    }
    this.open(room, this.#first?.seq);
  }

  // Shows the lists on a narrow screen: the step back, if the step before was there.
  toLists() {
    if (history.state?.back) return history.back();
    history.replaceState({ pane: "lists" }, "", location.pathname);
    this.#page.view.showPane(true);
  }

  // Follows the browser's history: to a step of this page's, or to an address that was typed over this one.
  #step() {
    const { view } = this.#page;
    if (history.state === null) this.openFirst(new URLSearchParams(location.search).get("num") ?? LOBBY);
    else if (view.narrow) view.showPane(history.state.pane !== "room");
  }

  // `seq`: the message to show.
  open(room, seq = null) {
    const { notice, view } = this.#page;
    notice.clear();
    keepAddress(room, view.showsLists);
    view.showPane(false);
    this.#enter(room, seq);
  }

  #enter(room, seq = null) {
    const { store, composer } = this.#page;
    if (room !== store.current) {
      room.line = room.unread ? room.read : null;
      composer.switchTo(room.room);
    }
    store.current = room;
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
    this.#show(room, this.#first?.room === room ? { seq: this.#first.seq } : begin(room));
    if (this.#page.store.knows(room)) this.#first = null;
  }

  toEnd() {
    const { store, messages, view } = this.#page;
    const room = store.current;
    if (room.atHead) messages.toEnd();
    else this.#show(room, null);
    view.redraw("messages");
  }

  // Shows the room's newest messages: its numbers begin again.
  reset(room) {
    if (room === this.#page.store.current) this.#show(room, null);
  }

  // Opens the lobby, since the open room is no more, or hidden; a guest may have another room alone.
  goHome() {
    const { store, view } = this.#page;
    const [first = store.room(LOBBY)] = [...store.rooms.values()].sort((a, b) => a.hidden - b.hidden);
    const home = store.rooms.get(LOBBY) ?? first;
    if (view.showsLists) this.#enter(home);
    else this.open(home);
  }

  // Sends a frame. False: that cannot be now, and the notice says so.
  request(frame) {
    const { connection, notice } = this.#page;
    notice.clear();
    if (connection.send(frame)) return true;
    notice.show(_("That needs a connection: try again when it is back."));
    return false;
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

// Puts the room into the address, for a reload; `further`: as a step of its own, from which one goes `back` to the lists.
function keepAddress(room, further) {
  const state = { pane: "room", back: further || !!history.state?.back };
  history[further ? "pushState" : "replaceState"](state, "", addressOf(room));
}

// The server may not have a private chat of two yet: the fragment names it.
function addressOf({ room, pair }) {
  const query = pair ? `#${room}` : `?num=${encodeURIComponent(room)}`;
  return location.pathname + (room === LOBBY ? "" : query);
}

// The address of a message.
export function linkTo(room, seq) {
  return `${location.origin}${addressOf(room)}${room.pair ? "/" : "#"}${seq}`;
}
