// Shows the messages of one room: keeps a window of them in the document, and the reader's place while they change, and
// requests messages beyond the window. entries.js has what stands in it.

import { arrange } from "../lib/dom.js";
import { Entries } from "./entries.js";

const STEP = 40; // messages that are added to the document at once
const MOST = 160; // messages that stay in the document
const NEAR = 800; // pixels before an end at which more messages are added
const END = 60; // pixels from the newest message within which the reader counts as being there
const FOOT = 6; // pixels below the newest message

// Callbacks: onEnd() (the way to the end may have changed), onScroll(message: the uppermost in sight, null at the end),
// onOlder() and onNewer() (the room's stretch ends here), onSeen(seq), and those of tools.js and message.js.
export class Messages {
  #list;
  #on;
  #entries;
  #room = null;
  #from = 0; // the window, in seqs
  #to = Infinity;
  #lift = 0; // pixels by which few messages stand lower
  #tools = null; // loaded when a person first points at a message
  #early = []; // events that came while the tools were loaded: taken in their order
  following = true; // stays at the newest message

  constructor(list, callbacks) {
    this.#list = list;
    this.#on = callbacks;
    this.#entries = new Entries(callbacks);
    list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    for (const type of ["pointerover", "focusin", "keydown", "click"]) list.addEventListener(type, (event) => this.#use(event));
    if (matchMedia("(any-pointer: coarse)").matches) {
      import("./press.js").then(({ onLongPress }) => onLongPress(list, (target) => this.#use({ type: "press", target })));
    }
    // A keyboard on the screen or a longer draft makes the list smaller: the newest message stays in sight.
    new ResizeObserver(() => this.#follow()).observe(list);
    // Its text stands in line with the composer's, however wide a scrollbar is here.
    list.style.setProperty("--scrollbar", `${list.offsetWidth - list.clientWidth}px`);
  }

  // Shows another room, or this one from another place: at its end, or with message `seq` in sight.
  show(room, seq = null) {
    const { messages } = room;
    const index = seq === null ? messages.length : room.indexAfter(seq);
    const from = Math.max(0, index - (seq === null ? 2 : 1) * STEP);
    this.#room = room;
    this.#from = messages[from]?.seq ?? 0;
    this.#to = this.#end(from + MOST);
    this.following = seq === null;
  }

  // `outgoing`: the room's entries. `quote(seq)` finds a message that is answered. `editing`: the number of the one that
  // is in the composer. `empty`: the entry of an empty list.
  draw({ empty, ...shown }) {
    const list = this.#list;
    this.#trim(MOST + STEP);
    const room = this.#room;
    const entries = this.#entries.of(room, room.indexAfter(this.#from - 1), room.indexAfter(this.#to), shown);
    if (!entries.size && empty) entries.set("empty", empty);
    const anchor = this.following ? null : this.#anchor(entries);
    arrange(list, entries);
    if (anchor) {
      const now = list.querySelector(`:scope > [data-key="${anchor.key}"]`);
      list.scrollTop += now.offsetTop - anchor.top;
    }
    this.#follow();
  }

  // Notes, after scrolling, if the reader is at the end, marks messages as read and requests more of them.
  check() {
    const list = this.#list;
    const room = this.#room;
    if (!room?.loaded || !list.clientHeight) return; // it has no height while a narrow screen shows the lists
    const below = list.scrollHeight - list.scrollTop - list.clientHeight;
    this.following = below < END && this.#to === Infinity && room.atHead;
    if (this.following && this.#trim(MOST + STEP / 2)) this.#on.onWindow(); // with a new message it is a layout shift
    if (list.scrollTop < NEAR) this.#older();
    if (below < NEAR && !this.following) this.#newer();
    this.#on.onSeen(this.following ? room.last : this.#lowest());
    this.#on.onEnd();
  }

  #scrolled() {
    this.check();
    this.#on.onScroll(this.following ? null : this.#room?.find(Number(this.#uppermost()?.dataset.seq)));
  }

  toEnd() {
    if (!this.following) this.show(this.#room);
  }

  // Scrolls to a message and highlights it.
  point(seq, block = "center") {
    const item = this.#list.querySelector(`[data-seq="${seq}"]`);
    if (!item) return;
    item.scrollIntoView({ block });
    item.classList.add("found");
    item.addEventListener("animationend", () => item.classList.remove("found"), { once: true });
    item.focus({ preventScroll: true });
  }

  toLine() {
    this.#list.querySelector(".unread-line")?.scrollIntoView({ block: "start" });
  }

  focus() {
    this.#list.focus({ preventScroll: true });
  }

  #use(event) {
    if (this.#tools) return this.#tools.take(event);
    this.#early.push(event);
    import("./tools.js").then(({ Tools }) => {
      this.#tools ??= new Tools(this.#list, { ...this.#on, room: () => this.#room });
      for (const each of this.#early.splice(0)) this.#tools.take(each);
    }, () => (this.#early = []));
  }

  // --- The window ---------------------------------------------------------------------------------

  // The end of a window that has the messages before this index.
  #end(index) {
    const { messages, atHead } = this.#room;
    return index >= messages.length && atHead ? Infinity : (messages[Math.min(index, messages.length) - 1]?.seq ?? Infinity);
  }

  // Moves the window with the reader, however many messages are added at either end. True: it had more than `most`.
  #trim(most) {
    if (this.following) this.#to = Infinity;
    const low = this.#room.indexAfter(this.#from - 1);
    const high = this.#room.indexAfter(this.#to);
    if (high - low <= most) return false;
    const middle = this.following ? high : this.#room.indexAfter(Number(this.#uppermost()?.dataset.seq ?? 0));
    const from = Math.min(Math.max(low, middle - MOST / 2), high - MOST);
    this.#from = this.#room.messages[from].seq;
    this.#to = this.#end(from + MOST);
    return true;
  }

  #older() {
    const { messages, more } = this.#room;
    const low = this.#room.indexAfter(this.#from - 1);
    if (!low) return more && this.#on.onOlder();
    this.#from = messages[Math.max(0, low - STEP / 2)].seq;
    this.#on.onWindow();
  }

  #newer() {
    const { messages, atHead } = this.#room;
    const high = this.#room.indexAfter(this.#to);
    if (high === messages.length && !atHead) return this.#on.onNewer();
    if (this.#to === Infinity) return;
    this.#to = this.#end(high + STEP / 2);
    this.#on.onWindow();
  }

  // --- The place ----------------------------------------------------------------------------------

  // The uppermost message in sight that stays, and where it is.
  #anchor(entries) {
    const item = this.#uppermost((key) => entries.has(key));
    return item && { key: item.dataset.key, top: item.offsetTop };
  }

  #uppermost(wanted = () => true) {
    const { children, scrollTop } = this.#list;
    const inSight = (item) => item.offsetTop + item.offsetHeight > scrollTop;
    return [...children].find((item) => item.dataset.seq && inSight(item) && wanted(item.dataset.key)) ?? null;
  }

  #lowest() {
    const end = this.#list.scrollTop + this.#list.clientHeight + 4;
    for (let child = this.#list.lastElementChild; child; child = child.previousElementSibling) {
      if (child.dataset.seq && child.offsetTop + child.offsetHeight <= end) return Number(child.dataset.seq);
    }
    return 0;
  }

  #follow() {
    const list = this.#list;
    const last = list.lastElementChild;
    const lift = last ? Math.max(0, list.clientHeight - last.offsetTop - last.offsetHeight - FOOT) : 0;
    if (lift !== this.#lift) { // all messages inherit it: to set it costs the styles of each
      this.#lift = lift;
      list.classList.toggle("few", lift > 0);
      list.style.setProperty("--lift", `${lift}px`); // a new message moves the others without a layout shift
    }
    if (this.following) list.scrollTop = list.scrollHeight;
  }
}
