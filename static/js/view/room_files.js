// The files of a room in its details: the newest first, a page after the other, by name if one looks for it.

import { filesOf } from "../net/lookups.js";
import { nameOf } from "../lib/attached.js";
import { arrange, button, element, icon } from "../lib/dom.js";
import { downloadLink, signOf } from "../lib/file_words.js";
import { dayOf } from "../lib/format.js";
import { _ } from "../lib/i18n.js";
import { sizeOf } from "../lib/sizes.js";
import { loadStyles } from "../lib/styles.js";

await loadStyles(new URL("../../css/room_files.css", import.meta.url));

const PAUSE = 250; // milliseconds without a key, or in a room, before a request

export class RoomFiles {
  node = element("section", "room-files");
  #page; // {store, onFile(room, seq)}
  #room = null;
  #files = []; // as the server lists them
  #hasMore = false;
  #isAny = false; // the room has a file
  #isComing = false; // the first ones are requested, or will be soon
  #timer = 0;
  #turn = 0; // counts requests: answers to older ones are ignored
  #box = element("div", "field");
  #field = element("input");
  #words = element("p", "words");
  #list = element("ul");
  #more = button("", () => this.#request(this.#files.length > 0), "wide"); // or the first ones once again, after an error

  constructor(page) {
    this.#page = page;
    const title = Object.assign(element("h3", "", _("Files")), { id: "files-title" });
    Object.assign(this.#field, { role: "searchbox", enterKeyHint: "search", autocomplete: "off" });
    this.#field.ariaLabel = this.#field.placeholder = _("Name of a file");
    this.#words.role = "status";
    this.#box.append(icon("search", "icon small"), this.#field);
    this.#list.setAttribute("aria-labelledby", title.id);
    this.node.append(title, this.#box, this.#words, this.#list, this.#more);
    this.#field.addEventListener("input", ({ isComposing }) => isComposing || this.#requestSoon());
    this.#field.addEventListener("compositionend", () => this.#requestSoon());
    page.store.addEventListener("message", ({ detail: { room, data } }) => room === this.#room && data.files && this.#add(data));
    page.store.addEventListener("change", ({ detail: { room, data } }) => room === this.#room && this.#change(data));
  }

  show(room) {
    this.#room = room;
    this.#field.value = "";
    this.#isAny = false;
    this.#show([], false, "");
    this.#begin();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#turn++;
  }

  #begin() {
    const { missing, last } = this.#room;
    this.node.hidden = missing || last === null; // the server does not know it yet
    this.#requestSoon();
  }

  #requestSoon() {
    this.stop();
    this.#isComing = true;
    const isWanted = () => this.#page.store.rooms.has(this.#room.room); // it may have been left
    if (!this.node.hidden && this.node.isConnected) this.#timer = setTimeout(() => isWanted() && this.#request(), PAUSE);
  }

  // Puts the files of a new message in front; what Show more has brought stays.
  #add({ id, seq, userid, user, time, files }) {
    if (!this.#isAny || this.#isComing) return this.#begin();
    const query = this.#field.value.trim().toLowerCase();
    const isWanted = ({ name }) => this.#isSeen({ userid }) && name.toLowerCase().includes(query);
    const added = files.filter(isWanted).map((file) => ({ ...file, event: id, seq, userid, user, time }));
    if (added.length) this.#show([...added, ...this.#files], this.#hasMore);
  }

  // Of people whom the person blocks nothing is listed.
  #isSeen({ userid }) {
    return this.#room.pair || !this.#page.store.blocked.has(userid);
  }

  // A deleted message has no files.
  #change({ of, what, msg }) {
    if (what || msg !== undefined || !this.#files.some(({ seq }) => seq === of)) return;
    this.#show(this.#files.filter(({ seq }) => seq !== of), this.#hasMore);
  }

  // Requests files, or, if `further`, those after the ones that are shown.
  async #request(further = false) {
    const mine = ++this.#turn;
    const kept = () => (further ? this.#files : []); // a new file may come meanwhile
    const isPressed = further || document.activeElement === this.#more;
    const answer = await filesOf(this.#room.room, this.#field.value.trim(), kept().at(-1)?.event).catch((error) => error);
    if (mine !== this.#turn) return;
    this.#isComing = false;
    if (answer instanceof Error) return this.#show(kept(), true, answer.message);
    const { length } = kept();
    this.#show([...kept(), ...answer.files.filter((file) => this.#isSeen(file))], answer.more);
    if (isPressed) this.#list.children[length]?.querySelector("button").focus();
  }

  #show(files, more, words) {
    const isSearch = this.#field.value.trim() !== "";
    this.#files = files;
    this.#hasMore = more;
    this.#more.hidden = !more;
    this.#more.textContent = words ? _("Try again") : _("Show more");
    this.#isAny ||= files.length > 0;
    this.#box.hidden = !this.#isAny && !isSearch;
    this.#words.textContent = words ?? (files.length ? "" : isSearch ? _("No file has this in its name.") : _("No files here yet."));
    arrange(this.#list, new Map(files.map((file) => [`${file.event} ${file.id}`, this.#entry(file)])));
  }

  #entry(file) {
    const { room } = this.#room;
    const make = () => {
      const item = element("li");
      const row = button("", () => this.#page.onFile(room, file.seq), "");
      const about = element("small", "", `${file.user}, ${dayOf(new Date(file.time))} · ${sizeOf(file.size)}`);
      row.title = nameOf(file);
      row.append(faceOf(file), element("bdi", "", nameOf(file)), " ", about);
      item.append(row, downloadLink(file));
      return item;
    };
    return { look: `${file.name} ${file.user}`, make };
  }
}

// A small picture, or the sign of the file's sort.
function faceOf(file) {
  const sort = element("span", "sort");
  sort.append(signOf(file));
  if (!file.preview) return sort;
  const image = Object.assign(element("img"), { alt: "", loading: "lazy", draggable: false });
  image.onerror = () => image.replaceWith(sort);
  image.src = file.preview;
  return image;
}
