// Joins rooms and leaves them, takes the leaving of one back, opens those that were made, and leads away from one that is hidden.

import { _ } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";
import "../lib/words.js";

let made = null;

// The one of the page.
export const joiningOf = (page) => (made ??= new Joining(page));

class Joining {
  #page; // {store, notice, navigation}
  #wanted = null; // {name, from}: the room that opens once this user has joined it, if the one they came from is still open
  #leaving = null; // the room that this tab has asked to leave
  #chosen = null; // {room, level, pinned}: what the person had chosen for a room to which they come back

  constructor(page) {
    this.#page = page;
  }

  join(name) {
    const { store, navigation } = this.#page;
    const wanted = name.trim().normalize("NFC");
    if (store.rooms.has(wanted)) return navigation.choose(store.room(wanted));
    if (this.#request("join", wanted)) this.#wanted = { name: wanted, from: store.current };
  }

  // Opens a room of which this user is a member, once the socket has told so.
  goTo(name) {
    const { store, navigation } = this.#page;
    if (store.rooms.has(name)) navigation.choose(store.room(name));
    else this.#wanted = { name, from: store.current };
  }

  joined(room) {
    const { store, navigation } = this.#page;
    if (room.room === store.current.room && room !== store.current) navigation.open(room); // it was not there before
    if (room.room === this.#chosen?.room) this.#chooseAgain(room);
    this.#chosen = null;
    if (room.room !== this.#wanted?.name) return;
    const { from } = this.#wanted;
    this.#wanted = null;
    if (from === store.current) navigation.choose(room);
  }

  leave() {
    const { store } = this.#page;
    if (this.#request("leave", store.current.room)) this.#leaving = store.current;
  }

  left(room) {
    const { store, notice, navigation } = this.#page;
    const isOwn = room === this.#leaving;
    if (isOwn) this.#leaving = null;
    if (room !== store.current) return;
    navigation.goHome();
    const words = { room: store.title(room) };
    const undo = room.kind === "private" ? null : [_("Undo"), () => this.#comeBack(room)];
    if (isOwn) notice.say(_("You have left the room %(room)s.", words), undo);
    else notice.show(_("You are no longer in the room %(room)s.", words));
  }

  // A private chat is hidden from now on, or not any more.
  hidden(room) {
    const { store, notice, navigation } = this.#page;
    if (!room.hidden || room !== store.current) return;
    navigation.goHome();
    const words = _("The chat with %(name)s is hidden until something new comes.", { name: store.title(room) });
    notice.say(words, [_("Undo"), () => this.#show(room)]);
  }

  // The server has refused something.
  refused() {
    this.#wanted = this.#leaving = null;
  }

  #show(room) {
    const { navigation } = this.#page;
    if (navigation.request({ type: "hidden", room: room.room, hidden: false })) navigation.choose(room);
  }

  // What was chosen for the room has gone with the membership.
  #comeBack({ room, level, pinned }) {
    this.join(room);
    this.#chosen = { room, level, pinned };
  }

  #chooseAgain(room) {
    for (const type of ["level", "pinned"]) {
      const value = this.#chosen[type];
      if (room[type] !== value) this.#page.navigation.request({ type, room: room.room, [type]: value });
    }
  }

  #request(type, room) {
    this.refused();
    return this.#page.navigation.request({ type, room });
  }
}
