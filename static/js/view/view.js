// Draws the chat page from the store, at most once a frame, and only the parts that have changed.

import { $, arrange, avatar, button, element, roomAvatar, setText } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";
import { Side } from "./side.js";
import { doors, signs } from "../lib/signs.js";
import { uncover } from "./notice.js";

const narrow = matchMedia("(max-width: 720px)");

export class View {
  fold = null; // of folding.js, once this person blocks somebody; false until it is loaded
  place = null; // the place to show once its messages are loaded: {seq}, or {line} for the unread ones
  #stale = new Set();
  parts = {}; // of the panel, once they were opened
  #quotes = null; // loaded with the first reply to a message that is not loaded
  #emptyWords = null; // loaded with the first room without messages
  #page; // {store, outgoing, messages, notifier, composer, onRoom(room)}
  #side;

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
    if (message || $("date")) import("./date.js").then(({ showDate }) => showDate(message), () => {});
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
    if (parts.has("messages") && this.fold !== false) this.#drawMessages(store.current);
    if (parts.has("rooms")) this.#side.drawRooms();
    if (parts.has("people")) this.#side.drawPeople();
    if (parts.has("rooms") || parts.has("people")) {
      this.#drawHeader(store.current);
      for (const part of Object.values(this.parts)) part.draw();
    }
    if (parts.has("typing")) this.#drawTyping();
    this.#drawEnd(store.current);
  }

  #drawMessages(room) {
    const { store, outgoing, messages, composer } = this.#page;
    if (messages.following) room.trim();
    $("messages").setAttribute("aria-busy", String(!room.loaded && !room.missing));
    messages.draw({
      outgoing: outgoing.of(room.room),
      quote: (seq) => room.find(seq) ?? this.#lookUp(room, seq),
      names: store.names,
      editing: composer.editing,
      fold: this.fold,
      empty: this.#empty(room),
    });
    if (this.place && room.loaded && !this.showsLists) {
      if (this.place.seq) messages.point(this.place.seq);
      else messages.toLine();
      this.place = null;
    }
    messages.check();
  }

  // What stands in a room without messages: the reason, or a picture, a sentence, and something to do.
  #empty(room) {
    const { store, composer } = this.#page;
    const { loadError, missing } = room;
    const isEmpty = missing || (room.loaded && !room.messages.length) || (room.pair && room.last === null);
    if (!loadError && !isEmpty) return null;
    const { placeholder, readOnly } = $("composer").txt;
    const welcome = [$("messages").dataset.welcome, placeholder];
    const [words, verb, opens] = loadError ? [loadError] : room.room === LOBBY ? welcome : (this.#emptyWords?.(room) ?? []);
    if (!words) return this.#loadEmpty();
    const make = () => {
      const made = element("div", "empty");
      made.append(element("p", "", words));
      if (!loadError && !missing) made.prepend(faceOf(store, room));
      if (verb && (opens || !readOnly)) made.append(button(verb, () => opens || composer.focus(), "button"));
      if (opens) made.lastChild.dataset.open = opens;
      return made;
    };
    return { look: [room.room, words, verb, readOnly].join("\n"), make };
  }

  #loadEmpty() {
    import("./empty.js").then(({ emptyWords }) => {
      this.#emptyWords = emptyWords;
      this.redraw("messages");
    }, () => {});
    return null;
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
    $("subtitle").textContent = partner === null ? room.topic : store.people.has(partner) ? _("online") : away;
    $("heading").classList.toggle("direct", partner !== null);
    $("signs").replaceChildren(...signs(doors(room)));
    this.#drawClosed(room);
  }

  // Says in the composer why this person cannot write here.
  async #drawClosed(room) {
    const { store, composer } = this.#page;
    const isClosed = room.frozen || room.archived || room.missing || room.mutedUntil;
    const { reason } = isClosed ? await import("./closed.js") : {};
    if (room === store.current) composer.close(reason?.(room, () => this.redraw("rooms")) ?? "");
  }

  #drawTyping() {
    const { store } = this.#page;
    if (store.typing(store.current).length || $("typing").firstChild) import("./typists.js").then(({ drawTyping }) => drawTyping(store), () => {});
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

