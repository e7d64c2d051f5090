// All rooms: those that everyone can join, and one's own; found by their titles.

import { open } from "./dialog.js";
import "./form.js"; // for its styles
import { findRooms } from "../net/rooms.js";
import { button, element, icon, roomAvatar } from "../lib/dom.js";
import { agoWords } from "../lib/until.js";
import { _, ngettext } from "../lib/i18n.js";
import { doors, signs } from "../lib/signs.js";

const PAUSE = 200; // milliseconds without a key before a request

// page: {titleOf({room, name}), isIn(room: a wire name), and, called after the dialog is closed, onOpen(room), onJoin(room),
// onNew(title)}
export function openRooms(page) {
  new Rooms(page).open();
}

class Rooms {
  #page;
  #field = Object.assign(element("input"), { role: "searchbox", autocomplete: "off", enterKeyHint: "search", maxLength: 80 });
  #words = element("p", "words");
  #list = element("ul");
  #more = button(_("Show more"), () => this.#request(true), "wide");
  #dialog;
  #shown = []; // rooms
  #timer = 0;
  #turn = 0; // counts requests: answers to older ones are ignored

  constructor(page) {
    this.#page = page;
  }

  open() {
    const content = element("div");
    const row = element("div", "line-of");
    const seek = element("label", "seek");
    const make = button("", () => this.#leave(() => this.#page.onNew(this.#field.value.trim())), "button");
    this.#field.ariaLabel = this.#field.placeholder = _("Title");
    this.#field.autofocus = true;
    this.#words.role = "status";
    this.#more.hidden = true;
    make.append(icon("plus", "icon small"), _("New room"));
    seek.append(icon("search", "icon small"), this.#field);
    row.append(seek, make);
    // Text that an input method has not finished is no word yet.
    this.#field.addEventListener("input", ({ isComposing }) => isComposing || this.#wait());
    this.#field.addEventListener("compositionend", () => this.#wait());
    content.addEventListener("keydown", (event) => this.#pressed(event));
    content.append(row, this.#words, this.#list, this.#more);
    this.#dialog = open(_("All rooms"), content, { className: "directory" });
    this.#request();
  }

  #leave(work) {
    this.#dialog.close();
    work();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#request(), PAUSE);
    this.#more.hidden = true; // it is of the words before
  }

  // Requests rooms: the first ones, or, if `further`, those after the ones shown.
  async #request(further = false) {
    clearTimeout(this.#timer);
    const mine = ++this.#turn;
    const kept = further ? this.#shown : [];
    this.#words.textContent = _("Looking …");
    try {
      const { rooms, more } = await findRooms(this.#field.value.trim() || null, kept.at(-1)?.room);
      if (mine === this.#turn) this.#show([...kept, ...rooms], more, kept.length);
    } catch (error) {
      if (mine === this.#turn) this.#words.textContent = error.message;
    }
  }

  // Shows rooms; the first `kept` of them are shown already.
  #show(rooms, more, kept) {
    this.#shown = rooms;
    if (!kept) this.#list.replaceChildren();
    this.#list.append(...rooms.slice(kept).map((room) => this.#item(room)));
    this.#more.hidden = !more;
    const count = ngettext("%(count)s room", "%(count)s rooms", rooms.length, { count: more ? `${rooms.length}+` : rooms.length });
    this.#words.textContent = rooms.length ? count : _("No room has this in its title.");
    if (kept) this.#buttons[kept]?.focus();
  }

  get #buttons() {
    return [...this.#list.querySelectorAll("button")];
  }

  #item(found) {
    const { room, topic, members, time } = found;
    const { titleOf, isIn, onOpen, onJoin } = this.#page;
    const title = titleOf({ room, name: found.title });
    const item = element("li");
    const what = element("div");
    const name = element("bdi", "name", title);
    const about = element("span", "note", [ngettext("%(count)s member", "%(count)s members", members), time && agoWords(new Date(time))].filter(Boolean).join(" · "));
    const isMine = isIn(room);
    const verb = isMine ? _("Open") : _("Join");
    const go = button(verb, () => this.#leave(() => (isMine ? onOpen : onJoin)(room)), "button");
    go.ariaLabel = `${verb} ${title}`;
    what.append(name, ...signs(doors(found)), " ");
    if (found.archived) what.append(element("span", "you", _("archived")), " ");
    what.append(about);
    if (topic) what.append(Object.assign(element("p", "", topic), { dir: "auto", title: topic }));
    item.append(roomAvatar(room, title), what, go);
    return item;
  }

  // Moves the focus with the arrows from the field through the rooms, and back.
  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [this.#field, ...this.#buttons, ...(this.#more.hidden ? [] : [this.#more])];
    const here = stops.indexOf(event.target);
    if (!step || here < 0 || event.altKey || event.isComposing) return;
    event.preventDefault();
    stops[here + step]?.focus();
  }
}
