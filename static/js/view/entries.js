// What stands in the list of a room's messages, in its order: messages, the lines between them, notices, and what is being sent.
// message.js makes the elements, and happenings.js those of notices.

import { element } from "../lib/dom.js";
import { dayOf } from "../lib/format.js";
import { look, messageElement } from "./message.js";
import { dateOf, parting, together } from "./parting.js";

export class Entries {
  #on;
  #happenings = null; // loaded with the first notice

  // on: {me, onWindow(): there is more to draw, …}: also what messageElement() needs.
  constructor(on) {
    this.#on = on;
  }

  // The entries of the messages from one index to another, for arrange(). shown: see Messages.draw().
  of(room, low, high, { outgoing, quote, names, editing, fold }) {
    const { messages } = room;
    const entries = new Map();
    const changes = new Map();
    const add = (key, shown) => {
      entries.set(key, { look: look(shown), make: () => messageElement(shown, { ...this.#on, names, room }) });
    };
    for (const entry of outgoing) if (entry.fields.seq !== undefined) changes.set(entry.fields.seq, entry);
    const seen = this.#lastSeen(room);
    for (let index = low; index < high; index++) {
      const message = messages[index];
      const before = messages[index - 1];
      const parted = part(entries, room, message, index === low ? null : before, before);
      if (message.what) {
        const run = runOf(room, index, high);
        index += run.length - 1;
        this.#addNotices(entries, run);
        continue;
      }
      const first = parted || message.reply !== undefined || !together(before, message);
      const answered = message.reply === undefined ? undefined : quote(message.reply);
      const own = { seen: message === seen && readers(room, message), editing: message.seq === editing };
      add(String(message.id), { message, entry: changes.get(message.seq), first, quote: answered, ...own });
    }
    if (high === messages.length && room.atHead) {
      let before = messages.at(-1); // what is being sent stands as it will when it is stored
      for (const entry of outgoing) {
        const { seq, reply } = entry.fields;
        if (seq !== undefined || (entry.seq ?? Infinity) <= room.end) continue;
        const mine = { userid: this.#on.me, at: new Date() };
        const first = reply !== undefined || !together(before, mine);
        add(entry.cid, { message: null, entry, first, quote: reply && quote(reply) });
        before = mine;
      }
    }
    return fold ? fold(entries, room, low, high, quote) : entries;
  }

  #addNotices(entries, run) {
    const { line } = this.#happenings ?? {};
    if (!line) this.#load();
    entries.set(String(run[0].id), { look: `${!!line} ${run.length}`, make: () => line?.(run) ?? element("p", "notice") });
  }

  // Tried again when the list is next drawn.
  #load() {
    import("./happenings.js").then((loaded) => {
      this.#happenings = loaded;
      this.#on.onWindow();
    }, () => {});
  }

  // The last message of one's own that others of a private chat have read, unless one has written since: that says it as well.
  #lastSeen(room) {
    const last = room.messages[room.indexAfter(Math.max(0, ...Object.values(room.reads))) - 1];
    return last?.userid === this.#on.me ? last : null;
  }
}

// Those in a chat of several who have read a message; nobody in a chat of two.
const readers = ({ people, reads }, { seq }) => people.filter(({ userid }) => reads[userid] >= seq);

// Adds the line above a message that begins a day, or the unread ones, or both. `shown` is the message before it in the
// document.
function part(entries, room, message, shown, before) {
  const isDay = beginsDay(message, shown);
  const isNew = beginsUnread(room, message, before);
  if (!isDay && !isNew) return false;
  const at = dateOf(message);
  const day = isDay ? dayOf(at) : "";
  entries.set(isNew ? "unread" : `day ${at.toDateString()}`, { look: day, make: () => parting(day, isNew) });
  return true;
}

const beginsDay = (message, before) => !before || dateOf(message).toDateString() !== dateOf(before).toDateString();

function beginsUnread({ line, more, first }, { seq }, before) {
  return line !== null && seq > line && (before ? before.seq <= line : !more || first <= line + 1);
}

// The notices from this index on that tell of the same, and by the same person: one line has room for them.
function runOf(room, index, high) {
  const run = [room.messages[index]];
  for (let next; ++index < high; run.push(next)) {
    const before = run.at(-1);
    next = room.messages[index];
    if (next.what !== before.what || (next.by !== before.by && next.what !== "joined")) break;
    if (beginsDay(next, before) || beginsUnread(room, next, before)) break;
  }
  return run;
}
