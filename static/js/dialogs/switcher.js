// The switcher: one field that finds rooms and people, and opens rooms by their name.

import { users } from "../net/api.js";
import { open } from "./dialog.js";
import { avatar, element, icon, roomAvatar } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { fold } from "../lib/inline.js";

const MOST = 50; // options drawn
const MOST_BESIDE = 10; // places kept for people, however many rooms were found
const PAUSE = 200; // milliseconds without a key before a request
const NAME_CHARS = 60; // of a person
const ROOM_NAME = /^[\p{L}\p{M}\p{N}_-]{1,64}$/u;

// rooms() gives [{room, title, kind, partner, unread, online}]; one of onRoom(room), onPerson(userid, name) and onJoin(name) is
// called after the dialog is closed.
export function openSwitcher(page) {
  new Switcher(page).open();
}

class Switcher {
  #page;
  #field = element("input");
  #words = element("p", "words");
  #list = element("ul");
  #dialog;
  #people = []; // found by the server
  #loadError = ""; // the reason for which the server gave no people
  #timer = 0; // runs until the request; afterwards it identifies the request, and answers to older ones are ignored
  #options = []; // {title, note, unread, face(), take(), isNew}
  #active = -1;

  constructor(page) {
    this.#page = page;
  }

  open() {
    const label = _("Room or person");
    const content = element("div");
    Object.assign(this.#field, { role: "combobox", ariaAutoComplete: "list", ariaLabel: label, placeholder: label });
    Object.assign(this.#field, { autofocus: true, autocomplete: "off", spellcheck: false, maxLength: 64 });
    this.#field.setAttribute("aria-controls", "options");
    Object.assign(this.#list, { id: "options", role: "listbox", ariaLabel: _("Rooms and people") });
    this.#words.role = "status";
    // Text that an input method has not finished is no name yet.
    this.#field.addEventListener("input", ({ isComposing }) => isComposing || this.#typed());
    this.#field.addEventListener("compositionend", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
    this.#list.addEventListener("click", ({ target }) => {
      this.#take([...this.#list.children].indexOf(target.closest("li")));
    });
    content.append(this.#field, this.#words, this.#list);
    this.#dialog = open(_("Go to"), content, { className: "switcher" });
    this.#find();
  }

  #typed() {
    const q = this.#field.value.trim();
    clearTimeout(this.#timer);
    this.#timer = q && q.length <= NAME_CHARS ? setTimeout(() => this.#request(q), PAUSE) : 0;
    this.#people = [];
    this.#loadError = "";
    this.#find();
  }

  async #request(q) {
    const mine = this.#timer;
    const [people, loadError] = await users(q).then(
      (answer) => [answer.users, ""],
      (error) => [[], _("People could not be looked up: %(reason)s", { reason: error.message })],
    );
    if (mine !== this.#timer) return;
    [this.#timer, this.#people, this.#loadError] = [0, people, loadError];
    this.#find(Math.max(this.#active, 0));
  }

  #find(active = 0) {
    const { rooms, onRoom, onPerson, onJoin } = this.#page;
    const name = this.#field.value.trim().normalize("NFC");
    const all = rooms();
    const words = fold(name);
    const found = matching(all, words);
    const directs = found.filter(({ kind }) => kind === "direct"); // named by the ids of both
    const known = new Set([document.body.dataset.userid, ...directs.flatMap(({ room }) => room.slice(1).split("."))]);
    const others = this.#people.filter(({ userid }) => !known.has(String(userid)));
    others.sort((a, b) => rank(a.username, words) - rank(b.username, words));
    const most = MOST - Math.min(others.length, MOST_BESIDE);
    this.#options = [
      ...found.slice(0, most).map((room) => ({
        ...room,
        note: noteOf(room),
        face: () => (room.partner === null ? roomAvatar(room.room, room.title) : avatar(room.partner, room.title)),
        take: () => onRoom(room.room),
      })),
      ...others.map(({ userid, username, online }) => ({
        title: username,
        note: noteOf({ online }),
        face: () => avatar(userid, username),
        take: () => onPerson(userid, username),
      })),
    ].slice(0, MOST);
    const roomName = name.replace(/\s+/gu, "-");
    if (ROOM_NAME.test(roomName) && !all.some(({ room }) => room === roomName)) {
      const title = _("Open the room “%(name)s”", { name: roomName });
      this.#options.push({ title, face: () => icon("plus"), take: () => onJoin(roomName), isNew: true });
    }
    this.#draw(active);
  }

  #draw(active) {
    const { length } = this.#options;
    this.#list.replaceChildren(...this.#options.map(item));
    this.#list.hidden = !length;
    this.#field.ariaExpanded = String(length > 0);
    const none = this.#timer ? _("Looking …") : _("Nothing has this name.");
    this.#words.textContent = this.#loadError || (length ? ngettext("%(count)s found", "%(count)s found", length) : none);
    this.#words.classList.toggle("unseen", !this.#loadError && length > 0);
    // Enter makes no room while the server may still find a person of that name.
    this.#mark(this.#timer && this.#options[active]?.isNew ? -1 : active);
  }

  #mark(active) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    const chosen = this.#list.children[(this.#active = active)];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", chosen?.id ?? "");
  }

  #pressed(event) {
    const { length } = this.#options;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.keyCode === 229 || event.altKey || !(step || event.key === "Enter")) return;
    event.preventDefault();
    if (!step) this.#take(this.#active);
    else if (length) this.#mark((Math.max(this.#active, step > 0 ? -1 : 0) + step + length) % length);
  }

  #take(index) {
    if (!this.#options[index]) return;
    this.#dialog.close();
    this.#options[index].take();
  }
}

// Rooms whose titles have the words: equal titles, titles that begin with the words, others; unread rooms first in each.
function matching(rooms, words) {
  const found = rooms.map((room) => ({ room, rank: rank(room.title, words) })).filter((each) => each.rank < 3);
  found.sort((a, b) => a.rank - b.rank || !!b.room.unread - !!a.room.unread);
  return found.map(({ room }) => room);
}

function rank(title, words) {
  const folded = fold(title);
  if (folded === words) return 0;
  return folded.startsWith(words) ? 1 : folded.includes(words) ? 2 : 3;
}

function noteOf({ kind = "direct", online }) {
  if (kind === "direct") return online ? _("online") : _("person");
  return kind === "lobby" ? _("everyone") : _("room");
}

function item({ title, note, unread, face }, index) {
  const made = element("li");
  Object.assign(made, { id: `option-${index}`, role: "option", ariaSelected: "false" });
  made.append(face(), element("bdi", "", title), " ", element("span", "note", note));
  if (unread) made.append(" ", element("span", "count", ngettext("%(count)s unread", "%(count)s unread", unread)));
  return made;
}
