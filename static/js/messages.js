// The list of messages of one room: draws it, keeps the place while it grows at either end, asks for older ones.

import { arrange, button, element } from "./dom.js";

const NEAR = 120; // pixels from an end that count as being there

// onScroll() is called when the place changes; onRetry(cid) and onDrop(cid) are for a message that failed.
export class Messages {
  #list;
  #callbacks;
  #userid;
  following = true; // stays at the newest message

  constructor(list, userid, callbacks) {
    this.#list = list;
    this.#userid = userid;
    this.#callbacks = callbacks;
    list.addEventListener("scroll", () => {
      this.following = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
      callbacks.onScroll();
    });
    // A keyboard on the screen or a longer draft takes room from the list: the newest message stays in sight.
    new ResizeObserver(() => this.#follow()).observe(list);
  }

  get atStart() {
    return this.#list.scrollTop < NEAR;
  }

  // Events have ids that no other room has, so one room's list becomes another's by itself.
  draw(events, outgoing, loaded) {
    const list = this.#list;
    const stored = new Set(events.map(({ seq }) => seq));
    const entries = new Map();
    for (const event of events) entries.set(String(event.id), event);
    for (const message of outgoing) {
      const { cid, seq, state, detail } = message;
      if (!stored.has(seq)) entries.set([cid, state, detail].join(" "), message);
    }
    if (!entries.size && loaded) entries.set("empty", null);
    const top = list.firstElementChild;
    const before = top?.offsetTop;
    arrange(list, entries, (entry) => this.#item(entry));
    if (top?.isConnected) list.scrollTop += top.offsetTop - before;
    this.#follow();
  }

  toEnd() {
    this.following = true;
    this.#follow();
  }

  focus() {
    this.#list.focus({ preventScroll: true });
  }

  #follow() {
    if (this.following) this.#list.scrollTop = this.#list.scrollHeight;
  }

  #item(entry) {
    if (entry === null) return element("p", "empty", "Nothing has been said here yet.");
    return entry.id === undefined ? this.#waiting(entry) : this.#stored(entry);
  }

  #stored({ seq, msg, user, userid, time }) {
    const own = userid === this.#userid;
    const item = element("div", own ? "message own" : "message");
    item.dataset.seq = seq;
    const by = element("span", "by");
    const at = element("time", "", when(new Date(time)));
    at.dateTime = time;
    by.append(element("bdi", "name", own ? "You" : user), " ", at);
    item.append(by, text(msg));
    return item;
  }

  #waiting({ cid, txt, state, detail }) {
    const item = element("div", `message own ${state}`);
    item.dataset.cid = cid;
    const note = element("span", "note", { pending: "Sending …", sent: "Sent" }[state] ?? `Not sent: ${detail} `);
    if (state === "failed") {
      const { onRetry, onDrop } = this.#callbacks;
      note.append(
        button("Try again", () => onRetry(cid)),
        " ",
        button("Discard", () => onDrop(cid)),
      );
    }
    item.append(text(txt), note);
    return item;
  }
}

function when(time) {
  const today = time.toDateString() === new Date().toDateString();
  return time.toLocaleString([], { dateStyle: today ? undefined : "short", timeStyle: "short" });
}

function text(said) {
  const made = element("span", "text", said);
  made.dir = "auto";
  return made;
}
