// Draws the chat page from the store, at most once a frame, and only the parts that have changed.

import { $, arrange, avatar, button, element, roomAvatar, setText } from "../lib/dom.js";
import { dayOf } from "../lib/format.js";
import { _, ngettext } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";
import { dateOf } from "./parting.js";
import { Side } from "./side.js";
import { uncover } from "./notice.js";

const NEAR = 32; // pixels around the date at the top
const DATE_SHOWN = 1_500; // milliseconds after scrolling
const narrow = matchMedia("(max-width: 720px)");

export class View {
  place = null; // the place to show once its messages are loaded: {seq}, or {line} for the unread ones
  #stale = new Set();
  parts = {}; // of the panel, once they were opened
  #quotes = null; // loaded with the first reply to a message that is not loaded
  #page; // {store, outgoing, messages, notifier, composer, onRoom(room)}
  #side;
  #timer = 0;

  constructor(page) {
    this.#page = page;
    this.#side = new Side(page);
    document.addEventListener("visibilitychange", () => this.redraw("messages"));
  }

  // Parts: "messages", "rooms", "people", "typing", "end".
  redraw(...parts) {
    if (!this.#stale.size) requestAnimationFrame(() => this.#draw());
    for (const part of parts) this.#stale.add(part);
  }

  // True: the person can see the open room now.
  get visible() {
    return document.visibilityState === "visible" && !this.showsLists;
  }

  // True: a narrow screen shows the lists, and not the conversation.
  get showsLists() {
    return this.narrow && document.body.classList.contains("rooms");
  }

  get narrow() {
    return narrow.matches;
  }

  // Shows the day of a message for a while; without one, hides it.
  showDate(message) {
    const day = message && dayOf(dateOf(message));
    if (day && day !== $("date").textContent) $("date").textContent = day;
    $("date").classList.toggle("shown", !!message && !this.#showsDay);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => $("date").classList.remove("shown"), DATE_SHOWN);
  }

  // True: a line at the top of the messages says the day.
  get #showsDay() {
    const { top } = $("messages").getBoundingClientRect();
    const lines = [...$("messages").querySelectorAll(".day")];
    return lines.some((line) => Math.abs(line.getBoundingClientRect().top - top - NEAR / 2) < NEAR);
  }

  // Shows the lists or the conversation on a narrow screen.
  showPane(rooms) {
    uncover();
    document.body.classList.toggle("rooms", rooms);
    if (rooms) this.redraw("rooms"); // a draft may have begun or ended
    if (rooms) $("side").querySelector("[aria-current]")?.focus();
    else {
      if (this.narrow && $("side").contains(document.activeElement)) this.#page.messages.focus();
      this.redraw("messages");
    }
  }

  // Draws the title at once: the browser delays #draw() in the background, where the title is visible.
  drawTitle() {
    const { store, notifier } = this.#page;
    let count = 0;
    for (const room of store.rooms.values()) count += room.counted;
    notifier.setUnread(count, store.title(store.current));
  }

  // Drops a message that has changed, so that quotes of it show the new words.
  forget(room, seq) {
    this.#quotes?.forget(room, seq);
  }

  #draw() {
    const { store } = this.#page;
    const parts = new Set(this.#stale);
    this.#stale.clear();
    if (parts.has("messages")) this.#drawMessages(store.current);
    if (parts.has("rooms")) this.#side.drawRooms();
    if (parts.has("people")) this.#side.drawPeople();
    if (parts.has("rooms") || parts.has("people")) {
      this.#drawHeader(store.current);
      for (const part of Object.values(this.parts)) part.draw();
    }
    if (parts.has("typing")) this.#drawTyping(store.current);
    this.#drawEnd(store.current);
  }

  #drawMessages(room) {
    const { store, outgoing, messages, composer } = this.#page;
    if (messages.following) room.trim();
    $("messages").setAttribute("aria-busy", String(!room.loaded));
    messages.draw({
      outgoing: outgoing.of(room.room),
      quote: (seq) => room.find(seq) ?? this.#lookUp(room, seq),
      names: store.names,
      editing: composer.editing,
      empty: this.#empty(room),
    });
    if (this.place && room.loaded && !this.showsLists) {
      if (this.place.seq) messages.point(this.place.seq);
      else messages.toLine();
      this.place = null;
    }
    messages.check();
  }

  // What stands in a room without messages: a picture, a sentence, and the way to the first one.
  #empty(room) {
    const { store, composer } = this.#page;
    const words = room.loadError ?? (room.loaded || room.last === null ? emptyWords(room) : "");
    const make = () => {
      const made = element("div", "empty");
      made.append(element("p", "", words));
      if (room.loadError) return made;
      made.prepend(faceOf(store, room));
      made.append(button($("composer").txt.placeholder, () => composer.focus(), "button"));
      return made;
    };
    return words && { look: words, make };
  }

  // null while it is being looked up
  #lookUp(room, seq) {
    if (this.#quotes) return this.#quotes.find(room, seq);
    const redraw = () => this.redraw("messages");
    import("../state/quotes.js").then(({ Quotes }) => {
      this.#quotes ??= new Quotes(redraw);
      redraw();
    });
    return null;
  }

  #drawHeader(room) {
    const { store } = this.#page;
    const title = store.title(room);
    const partner = store.partner(room);
    arrange($("face"), new Map([[room.room, { look: title, make: () => faceOf(store, room) }]]));
    $("face").classList.toggle("online", store.people.has(partner));
    setText($("title"), title);
    // The server lists only some users if many are online, and none before the greeting.
    const away = partner === null || store.people.size < (store.online || 1) ? "" : _("not online");
    $("subtitle").textContent = store.people.has(partner) ? _("online") : away;
    $("heading").classList.toggle("direct", partner !== null);
    this.#drawElsewhere(room);
  }

  // Counts, at the way back to the lists, what is for this person in other rooms.
  #drawElsewhere(here) {
    const others = [...this.#page.store.rooms.values()].filter((room) => room !== here && !room.muted);
    const count = others.reduce((sum, { forMe }) => sum + forMe, 0);
    const words = _("Rooms and people");
    $("elsewhere").textContent = count > 99 ? "99+" : count || "";
    $("to-rooms").ariaLabel = count ? `${words}, ${ngettext("%(count)s for you", "%(count)s for you", count)}` : words;
  }

  #drawTyping(room) {
    const names = this.#page.store.typing(room);
    const words = names.length > 3
      ? _("Several people are typing …")
      : ngettext("%(who)s is typing …", "%(who)s are typing …", names.length, { who: names.join(_(", ")) });
    $("typing").textContent = names.length ? words : "";
  }

  #drawEnd(room) {
    $("to-end").hidden = this.#page.messages.following || !room.loaded;
    const words = ngettext("%(count)s new message", "%(count)s new messages", room.unread);
    setText($("to-end"), `${room.unread ? words : _("To the newest")} ↓`);
  }
}

function faceOf(store, room) {
  const title = store.title(room);
  const partner = store.partner(room);
  return partner === null ? roomAvatar(room.room, title) : avatar(partner, title);
}

function emptyWords(room) {
  if (room.room === LOBBY) return _("Welcome! This is the lobby: everyone who has an account here reads it.");
  if (room.direct) return _("Only you and %(name)s read what is said here.", { name: room.name });
  return _("Nothing has been said here yet. Whoever opens the room %(room)s is in it.", { room: room.room });
}
