// Folds the messages of people whom this person blocks: in rooms, those in a row stand as one line, with a button that shows them.

import { $, button, element, icon } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { foldedWords } from "../lib/folded.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/folding.css", import.meta.url));

const shown = new Map(); // messages that the person has asked for: ids to authors

// Follows a change of whom the person blocks.
export function follow(store, view) {
  for (const [id, userid] of shown) if (!store.blocked.has(userid)) shown.delete(id);
  for (const room of store.rooms.values()) for (const message of room.messages) message.forMe = room.isForMe(message);
  view.fold = (entries, room, low, high, quote) =>
    room.pair ? entries : folded(entries, { store, view, stretch: room.messages.slice(low, high), quote });
  view.redraw("messages", "rooms");
}

// The entries of messages, with one for those in a row that are hidden. stretch: the messages among them.
function folded(entries, { store, view, stretch, quote }) {
  const isHidden = (message) => !!message && store.blocked.has(message.userid) && !message.what && !shown.has(message.id);
  const messages = new Map(stretch.map((message) => [String(message.id), message]));
  const asked = stretch.find(({ seq }) => seq === view.place?.seq); // by its address, or by a jump
  if (isHidden(asked)) shown.set(asked.id, asked.userid);
  const all = new Map();
  let run = null;
  for (const [key, entry] of entries) {
    const message = messages.get(key);
    if (!isHidden(message)) {
      const isQuoted = message?.reply !== undefined && isHidden(quote(message.reply));
      all.set(key, isQuoted ? withoutQuote(entry) : entry);
      run = null;
    } else if (run) {
      run.push(message);
    } else {
      run = [message];
      all.set(key, lineOf(run, view));
    }
  }
  return all;
}

// `run` grows until the entry is used.
function lineOf(run, view) {
  const show = () => {
    for (const { id, userid } of run) shown.set(id, userid);
    view.redraw("messages");
    requestAnimationFrame(() => $("messages").querySelector(`[data-seq="${run[0].seq}"]`)?.focus({ preventScroll: true }));
  };
  const make = () => {
    const made = element("div", "blocked");
    const line = element("p");
    made.dataset.seq = run.at(-1).seq;
    line.append(element("span", "", foldedWords(run.length)), " ", button(_("Show"), show));
    made.append(icon("block", "icon small"), line);
    return made;
  };
  return { get look() { return `blocked ${run.length}`; }, make };
}

function withoutQuote({ look, make }) {
  const hide = (item) => {
    const quote = item.querySelector(".quote");
    quote.lastChild.textContent = foldedWords(1);
    quote.ariaLabel = foldedWords(1);
    return item;
  };
  return { look: `${look} blocked`, make: () => hide(make()) };
}
