// Draws the lists at the side: rooms and private chats by recency, with what is unread. On a phone one list, with last lines.

import { $, arrange, avatar, button, element, iconButton, roomAvatar } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { doors, signs } from "../lib/signs.js";

const order = new Intl.Collator();
const narrow = matchMedia("(max-width: 720px)");
const sections = { pinned: _("Pinned"), rooms: _("Rooms"), directs: _("Private chats") };
// What the button at a section's heading opens, and its words.
const makers = { rooms: ["newRoom", _("New room")], directs: ["newChat", _("New private chat")] };

// page: {store, composer, onRoom(room)}
export class Side {
  #page;
  #folded; // names of sections
  #shown = null; // the room that was scrolled into sight last
  #lines = null; // what is shown on a phone only, once it is loaded
  #addLine;

  constructor(page) {
    this.#page = page;
    this.#folded = new Set(this.#kept());
    for (const [id, words] of Object.entries(sections)) $("lists").append(this.#section(id, words));
    $("lists").addEventListener("scroll", () => this.#drawBeyond(), { passive: true });
    new ResizeObserver(() => this.#drawBeyond()).observe($("lists"));
    for (const id of ["above", "below"]) $(id).addEventListener("click", () => this.#reveal(id));
    narrow.addEventListener("change", () => this.drawRooms());
  }

  drawRooms() {
    const { store } = this.#page;
    const listed = [...store.rooms.values()].filter((room) => !(room.archived || room.hidden) || room === store.current);
    const all = listed.map((room) => this.#describe(room)).sort(byRecency);
    if (narrow.matches) this.#loadLines();
    this.#lines?.countElsewhere();
    const sectionOf = ({ room }) => (room.pinned ? "pinned" : narrow.matches || !room.direct ? "rooms" : "directs");
    const focused = $("lists").contains(document.activeElement) && document.activeElement.dataset.room;
    for (const id in sections) this.#drawSection(id, all.filter((each) => sectionOf(each) === id));
    if (focused && !$("lists").contains(document.activeElement)) {
      $("lists").querySelector(`[data-room="${focused}"]`)?.focus({ preventScroll: true }); // in another section now
    }
    if (this.#shown !== store.current && store.isListed) {
      this.#shown = store.current;
      $("lists").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    }
    this.#drawBeyond();
  }

  drawPeople() {
    $("online").textContent = this.#page.store.online || "";
  }

  #describe(room) {
    const { store, composer } = this.#page;
    const partner = store.partner(room);
    const current = room === store.current;
    return {
      room,
      partner,
      current,
      title: store.title(room),
      online: partner !== null && store.people.has(partner),
      muted: room.muted,
      draft: current && !narrow.matches ? "" : composer.draftOf(room.room),
    };
  }

  #drawSection(id, described) {
    const folded = this.#folded.has(id) && !narrow.matches;
    const shown = folded ? described.filter(({ room, current }) => current || room.unread) : described;
    arrange($(id), new Map(shown.map((each) => [each.room.room, this.#roomEntry(each)])));
    $(id).parentElement.hidden = !described.length && (narrow.matches || !makers[id]);
  }

  #roomEntry({ room, partner, current, title, online, muted, draft }) {
    const mine = muted ? 0 : room.forMe;
    const count = mine > 99 ? "99+" : mine || "";
    const line = narrow.matches ? this.#lines?.of(room, draft) : null;
    const marks = { ...(line ? {} : { edit: draft && _("draft") }), ...doors(room), "bell-off": muted && _("muted") };
    const make = () => {
      const face = partner === null ? roomAvatar(room.room, title) : avatar(partner, title);
      const made = entry(title, face, online, () => this.#page.onRoom(room));
      const row = made.firstElementChild;
      row.dataset.room = room.room;
      const isNew = room.unread > 0;
      row.classList.toggle("new", isNew);
      row.classList.toggle("muted", muted);
      if (current) row.ariaCurrent = "true";
      if (line) this.#addLine(row, line);
      row.append(...signs(marks));
      if (count) row.append(badge(count, mine));
      else if (isNew) row.append(element("span", "unseen", _("unread")));
      return made;
    };
    const said = [...Object.values(line ?? {}), ...Object.values(marks)];
    return { look: [title, online, current, count, room.unread > 0, ...said].join("\n"), make };
  }

  async #loadLines() {
    if (this.#lines || !this.#page.store.isListed) return;
    const { Lines, addLine } = await import("./lines.js");
    this.#addLine = addLine;
    this.#lines ??= new Lines(this.#page.store, () => this.drawRooms());
  }

  #section(id, words) {
    const [made, title, list] = [element("section"), element("h2"), element("ul")];
    const head = button(words, () => this.#fold(id, head), "");
    head.ariaExpanded = String(!this.#folded.has(id));
    head.setAttribute("aria-controls", (list.id = id));
    list.ariaLabel = words;
    title.append(head);
    made.append(title, list);
    if (makers[id]) {
      const [opened, words] = makers[id];
      const more = iconButton("plus", words);
      more.dataset.open = opened;
      title.after(more);
    }
    return made;
  }

  #fold(id, head) {
    if (!this.#folded.delete(id)) this.#folded.add(id);
    head.ariaExpanded = String(!this.#folded.has(id));
    this.drawRooms();
    try {
      localStorage.setItem(this.#key, JSON.stringify([...this.#folded]));
    } catch {
      // Storage is full or forbidden: sections stay folded as long as the page.
    }
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "[]");
    } catch {
      return [];
    }
  }

  // Says how many rooms with unread messages lie above and below what is in sight.
  #drawBeyond() {
    for (const id of ["above", "below"]) {
      const { length } = this.#beyond(id);
      $(id).hidden = !length;
      $(id).lastElementChild.textContent = ngettext("%(count)s unread", "%(count)s unread", length);
    }
  }

  #beyond(id) {
    const sight = $("lists").getBoundingClientRect();
    const isBeyond = (row) => (id === "above" ? row.top + HALF < sight.top : row.bottom - HALF > sight.bottom);
    const rows = [...$("lists").querySelectorAll(".new:not(.muted)")];
    return rows.filter((row) => isBeyond(row.getBoundingClientRect()));
  }

  #reveal(id) {
    const row = this.#beyond(id).at(id === "above" ? -1 : 0);
    row?.scrollIntoView({ block: "center" });
    row?.focus({ preventScroll: true });
  }

  get #key() {
    return `dweb.folded.${this.#page.store.userid}`;
  }
}

const HALF = 12; // pixels of a row that may be out of sight

const byRecency = (one, other) =>
  one.muted - other.muted || later(one.room.time, other.room.time) || order.compare(one.title, other.title);

const later = (one, other) => (one === other ? 0 : one < other ? 1 : -1);

function badge(text, count) {
  const made = element("span", "for-me", text);
  made.role = "img";
  made.ariaLabel = ngettext("%(count)s for you", "%(count)s for you", count);
  return made;
}

function entry(name, face, online, onClick) {
  const item = element("li");
  const made = button("", onClick, online ? "online" : "");
  made.append(face, element("bdi", "", name));
  if (online) made.append(element("span", "unseen", _("online")));
  item.append(made);
  return item;
}
