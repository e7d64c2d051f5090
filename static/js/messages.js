// The list of messages of one room: draws it, keeps the place while it grows at either end, asks for older ones.

const NEAR = 120; // pixels from an end that count as being there

// onOlder() fetches older messages; onRetry(cid) and onDrop(cid) are for a message that failed.
export class Messages {
  #list;
  #callbacks;
  #userid;

  constructor(list, userid, callbacks) {
    this.#list = list;
    this.#userid = userid;
    this.#callbacks = callbacks;
    list.addEventListener("scroll", () => {
      if (list.scrollTop < NEAR) callbacks.onOlder();
    });
  }

  // Draw a room anew. "end" goes to the newest message; "keep" stays at the one being read.
  draw(events, outgoing, place = "keep") {
    const list = this.#list;
    const follow = place === "end" || this.atEnd;
    const fromEnd = list.scrollHeight - list.scrollTop;
    const seen = new Set(events.map(({ cid }) => cid).filter(Boolean));
    const items = events.map((event) => this.#item(event));
    const waiting = outgoing.filter(({ cid, seq }) => !seen.has(cid) && !events.some((event) => event.seq === seq));
    items.push(...waiting.map((message) => this.#waiting(message)));
    if (!items.length) items.push(element("li", "empty", "Nothing has been said here yet."));
    list.replaceChildren(...items);
    list.scrollTop = follow ? list.scrollHeight : list.scrollHeight - fromEnd;
  }

  // Add one event at the end, the cheap way, when it is the newest.
  append(event, outgoing) {
    const follow = this.atEnd;
    this.#list.querySelector(".empty")?.remove();
    this.#list.querySelector(`[data-cid="${event.cid}"]`)?.remove();
    const firstWaiting = this.#list.querySelector("[data-cid]");
    this.#list.insertBefore(this.#item(event), outgoing.length ? firstWaiting : null);
    if (follow) this.#list.scrollTop = this.#list.scrollHeight;
  }

  get atEnd() {
    return this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR;
  }

  #item({ seq, msg, user, userid, time }) {
    const own = userid === this.#userid;
    const item = element("li", own ? "message own" : "message");
    item.dataset.seq = seq;
    const by = element("span", "by");
    const name = element("bdi", "", own ? "You" : user);
    const at = element("time", "", new Date(time).toLocaleString([], { dateStyle: "short", timeStyle: "short" }));
    at.dateTime = time;
    by.append(name, " · ", at);
    const text = element("span", "text", msg);
    text.dir = "auto";
    item.append(by, text);
    return item;
  }

  #waiting({ cid, txt, state, detail }) {
    const item = element("li", `message own ${state}`);
    item.dataset.cid = cid;
    const text = element("span", "text", txt);
    text.dir = "auto";
    const note = element("span", "note", { pending: "Sending …", sent: "Sent" }[state] ?? `Not sent: ${detail} `);
    if (state === "failed") {
      note.append(button("Try again", () => this.#callbacks.onRetry(cid)), " ");
      note.append(button("Discard", () => this.#callbacks.onDrop(cid)));
    }
    item.append(text, note);
    return item;
  }
}

export function element(name, className = "", text = undefined) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, onClick) {
  const made = element("button", "link", text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}
