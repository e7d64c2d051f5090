// The switcher: one field that finds rooms and people, and leads to new rooms. And the list of people, which begins with those
// who are online.

import { users } from "../net/lookups.js";
import { findRooms } from "../net/rooms.js";
import { open } from "./dialog.js";
import { copy } from "../lib/copy.js";
import { isBot } from "../lib/bots.js";
import { arrange, avatar, button, element, icon, roomAvatar } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { fold } from "../lib/inline.js";

const order = new Intl.Collator();

const MOST = 50; // options drawn
const MOST_BESIDE = 10; // places kept for people, however many rooms were found
const PAUSE = 200; // milliseconds without a key before a request
const NAME_CHARS = 60; // of a person

// rooms() gives [{room, title, kind, partner, unread, online, archived}]; one of onRoom(room), onPerson(userid, name),
// onJoin(room), onNew(title) and onBrowse() is called after the dialog is closed.
export function openSwitcher(page) {
  new Switcher(page).open();
}

// page: {people(): some of those who are online, ids to names; count(): how many are; own: oneself is listed, too;
// onPerson(userid, name); onAll() is called after the dialog is closed; onChange(redraw): calls it with each change of them, until the function that it returns is called}
export function openPeople(page) {
  const online = () => [...page.people()].map(([userid, username]) => ({ userid, username, online: true }));
  const list = new Switcher({ ...page, rooms: () => [], online }, _("People"), _("Person"));
  const stop = page.onChange(() => list.redraw());
  list.open().addEventListener("close", stop);
}

class Switcher {
  #page;
  #field = element("input");
  #words = element("p", "words");
  #list = element("ul");
  #picture = icon("people", "icon blank");
  #share = button(_("Copy the address, for others"), () => this.#copyAddress(), "button");
  #all = button(_("All people"), () => this.#leave(() => this.#page.onAll()), "wide");
  #dialog;
  #people = []; // found by the server
  #others = []; // rooms that the server has found, in which this person is not
  #loadError = ""; // the reason for which the server gave none of them
  #timer = 0; // runs until the request; afterwards it identifies the request, and answers to older ones are ignored
  #options = []; // {key, title, note, unread, face(), take(), isNew}
  #active = null; // the key of one of them

  #title;
  #label;

  constructor(page, title = _("Go to"), label = _("Room or person")) {
    this.#page = page;
    this.#title = title;
    this.#label = label;
  }

  open() {
    const label = this.#label;
    const content = element("div");
    Object.assign(this.#field, { role: "combobox", ariaAutoComplete: "list", ariaLabel: label, placeholder: label });
    Object.assign(this.#field, { autofocus: true, autocomplete: "off", spellcheck: false, maxLength: 80 });
    this.#field.setAttribute("aria-controls", "options");
    Object.assign(this.#list, { id: "options", role: "listbox", ariaLabel: this.#page.online ? this.#title : _("Rooms and people") });
    this.#words.role = "status";
    // Text that an input method has not finished is no name yet.
    this.#field.addEventListener("input", ({ isComposing }) => isComposing || this.#typed());
    this.#field.addEventListener("compositionend", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
    this.#list.addEventListener("click", ({ target }) => {
      this.#take(target.closest("li")?.dataset.key);
    });
    this.#share.ariaLabel = this.#share.textContent;
    content.append(this.#field, this.#picture, this.#words, this.#share, this.#list, this.#all);
    this.#dialog = open(this.#title, content, { className: "switcher" });
    this.#find();
    return this.#dialog;
  }

  // The person may have scrolled.
  redraw() {
    this.#find(this.#active, false);
  }

  #typed() {
    const q = this.#field.value.trim();
    clearTimeout(this.#timer);
    this.#timer = q ? setTimeout(() => this.#request(q), PAUSE) : 0;
    this.#people = this.#others = [];
    this.#loadError = "";
    this.#find();
  }

  async #request(q) {
    const mine = this.#timer;
    let loadError = "";
    const failed = ({ message }) => {
      loadError = _("People could not be looked up: %(reason)s", { reason: message });
      return {};
    };
    const people = q.length <= NAME_CHARS ? users(q).catch(failed) : {};
    const found = this.#page.online ? {} : findRooms(q).catch(failed);
    const [{ users: listed = [] }, { rooms = [] }] = await Promise.all([people, found]);
    if (mine !== this.#timer) return;
    [this.#timer, this.#people, this.#others, this.#loadError] = [0, listed, rooms, loadError];
    this.#find(this.#active);
  }

  // `active`: the key of the option that stays the active one, if it is still there.
  #find(active = null, scrolls = true) {
    const { rooms, online, onRoom, onPerson } = this.#page;
    const name = this.#field.value.trim().normalize("NFC");
    const all = rooms().filter(({ archived }) => name || !archived);
    const words = fold(name);
    const found = matching(all, words);
    const directs = found.filter(({ kind }) => kind === "direct"); // of two, named by the ids of both
    const known = new Set([...(this.#page.own ? [] : [document.body.dataset.userid]), ...directs.flatMap(({ room }) => room.slice(1).split("."))]);
    const people = online && !name ? online() : this.#people;
    const others = people.filter(({ userid }) => !known.has(String(userid)));
    if (online && !name) others.sort((a, b) => order.compare(a.username, b.username));
    else others.sort((a, b) => rank(a.username, words) - rank(b.username, words));
    const mine = new Set(all.map(({ room }) => room));
    const joinable = this.#others.filter(({ room }) => !mine.has(room));
    const most = MOST - Math.min(others.length + joinable.length, MOST_BESIDE);
    this.#options = [
      ...found.slice(0, most).map((room) => ({
        ...room,
        key: room.room,
        note: noteOf(room),
        face: () => (room.partner === null ? roomAvatar(room.room, room.title) : avatar(room.partner, room.title)),
        take: () => onRoom(room.room),
      })),
      ...joinable.slice(0, MOST_BESIDE).map((room) => this.#joinable(room)),
      ...others.map(({ userid, username, online }) => ({
        key: String(userid),
        title: username,
        note: noteOf({ online, bot: isBot(userid) }),
        face: () => avatar(userid, username),
        take: () => onPerson(userid, username),
      })),
    ].slice(0, MOST);
    if (!online) this.#options.push(...this.#further(name, [...all, ...joinable], this.#options.length));
    this.#draw(active, scrolls);
  }

  #joinable({ room, title }) {
    return { key: room, title, note: _("not joined"), face: () => roomAvatar(room, title), take: () => this.#page.onJoin(room) };
  }

  // What stands behind all that was found: so many.
  #further(name, known, count) {
    const { onNew, onBrowse } = this.#page;
    const title = name ? _("New room “%(name)s”", { name }) : _("New room");
    const isTaken = name && known.some((room) => fold(room.title) === fold(name));
    const make = { key: "+", title, face: () => icon("plus"), take: () => onNew(name), isNew: true };
    const browse = { key: "*", title: _("Browse rooms"), face: () => icon("rooms"), take: () => onBrowse(), isNew: true };
    return [...(isTaken ? [] : [make]), ...(name && count ? [] : [browse])];
  }

  #draw(active, scrolls) {
    const { length } = this.#options;
    const look = ({ title, note, unread }) => [title, note, unread].join("\n");
    arrange(this.#list, new Map(this.#options.map((each) => [each.key, { look: look(each), make: () => item(each) }])));
    this.#list.hidden = !length;
    this.#field.ariaExpanded = String(length > 0);
    const empty = this.#page.online && !this.#field.value.trim();
    const isSome = empty && this.#page.count() - (this.#page.own ? 0 : 1) > length;
    const none = this.#timer ? _("Looking …") : empty ? _("Nobody else is here now.") : _("Nothing has this name.");
    const found = isSome ? _("Some of those who are online. Type a name to find others.") : ngettext("%(count)s found", "%(count)s found", length);
    const words = this.#loadError || (this.#options.some(({ isNew }) => !isNew) ? found : none);
    if (words !== this.#words.textContent) this.#words.textContent = words; // the same words are not read out again
    this.#words.classList.toggle("unseen", !this.#loadError && length > 0 && !isSome);
    this.#picture.toggleAttribute("hidden", length > 0);
    this.#share.hidden = length > 0 || !empty;
    this.#all.hidden = !empty;
    const chosen = this.#options.find(({ key }) => key === active) ?? this.#options[0];
    // Enter makes no room while the server may still find a person of that name.
    this.#mark(this.#timer && chosen?.isNew ? null : chosen?.key, scrolls);
  }

  async #copyAddress() {
    this.#words.textContent = await copy(`${location.origin}/`, this.#share);
  }

  #mark(active, scrolls = true) {
    this.#active = active ?? null;
    this.#list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    const chosen = [...this.#list.children].find(({ dataset }) => dataset.key === active);
    chosen?.setAttribute("aria-selected", "true");
    if (scrolls) chosen?.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", chosen?.id ?? "");
  }

  #pressed(event) {
    const { length } = this.#options;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.keyCode === 229 || event.altKey || !(step || event.key === "Enter")) return;
    event.preventDefault();
    if (!step) this.#take(this.#active);
    else if (length) {
      const at = this.#options.findIndex(({ key }) => key === this.#active);
      this.#mark(this.#options[(Math.max(at, step > 0 ? -1 : 0) + step + length) % length].key);
    }
  }

  #take(chosen) {
    const option = this.#options.find(({ key }) => key === chosen);
    if (option) this.#leave(option.take);
  }

  #leave(work) {
    this.#dialog.close();
    work();
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

function noteOf({ kind = "direct", online, partner, bot = isBot(partner) }) {
  if (bot) return _("bot");
  if (kind === "several") return _("several people");
  if (kind === "direct") return online ? _("online") : _("person");
  return kind === "lobby" ? _("everyone") : _("room");
}

function item({ key, title, note, unread, face }) {
  const made = element("li");
  Object.assign(made, { id: `option-${key}`, role: "option", ariaSelected: "false" });
  made.append(face(), element("bdi", "", title));
  if (note) made.append(" ", element("span", "note", note));
  if (unread) made.append(" ", element("span", "count", ngettext("%(count)s unread", "%(count)s unread", unread)));
  return made;
}
