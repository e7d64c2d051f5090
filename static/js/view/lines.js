// The list of a phone: each room with its last line, and when that was said; and what is for the person beyond the open room.

import { latest } from "../net/lookups.js";
import { lineOf } from "../lib/attached.js";
import { $, element, icon } from "../lib/dom.js";
import { foldedWords } from "../lib/folded.js";
import { timeOf } from "../lib/format.js";
import { _, locale, ngettext } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/lines.css", import.meta.url));

const MOST = 120; // characters of a line
const DAY = 86_400_000; // milliseconds
const SOON = 500; // milliseconds, in which several rooms may be joined
const PAUSE = 10_000; // milliseconds before the next try
const weekday = new Intl.DateTimeFormat(locale, { weekday: "short" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "short" });

export class Lines {
  #store;
  #redraw;
  #messages = new Map(); // rooms to their last messages
  #timer = 0; // runs until they are requested

  constructor(store, redraw) {
    this.#store = store;
    this.#redraw = redraw;
    store.addEventListener("message", ({ detail: { data } }) => this.#messages.set(data.room, data));
    store.addEventListener("change", ({ detail: { data } }) => this.#change(data));
    store.addEventListener("left", ({ detail: { room } }) => this.#messages.delete(room));
    for (const type of ["joined", "reset"]) store.addEventListener(type, ({ detail: { room } }) => this.#lookUp(room));
    this.#request();
  }

  // Returns what a row shows of a room beside its name: {time, who, text, pinned}. `draft`: the text that is being written there.
  of(room, draft) {
    const message = this.#messages.get(room.room);
    const at = message?.time ?? room.time;
    const time = at ? when(new Date(at)) : "";
    const { pinned } = room;
    if (draft) return { time, who: _("Draft:"), text: draft, pinned };
    if (!message) return { time, who: "", text: "", pinned };
    if (!room.pair && this.#store.blocked.has(message.userid)) return { time, who: "", text: foldedWords(1), pinned };
    const isOwn = message.userid === this.#store.userid;
    const who = isOwn ? _("You:") : room.pair ? "" : `${message.user}:`;
    return { time, who, text: message.deleted ? _("This message was deleted.") : lineOf(message, MOST), pinned };
  }

  // Counts, at the way back to the lists, what is for this person in other rooms.
  countElsewhere() {
    const { rooms, current } = this.#store;
    const others = [...rooms.values()].filter((room) => room !== current && !room.muted && !room.hidden);
    const count = others.reduce((sum, { forMe }) => sum + forMe, 0);
    const words = _("Rooms and people");
    $("elsewhere").textContent = count > 99 ? "99+" : count || "";
    $("to-rooms").ariaLabel = count ? `${words}, ${ngettext("%(count)s for you", "%(count)s for you", count)}` : words;
  }

  #change({ room, of, msg }) {
    const message = this.#messages.get(room);
    if (message && message.seq === of) this.#messages.set(room, msg === undefined ? { ...message, deleted: true, files: undefined } : { ...message, msg });
  }

  // Looks up the last message of a room that came with a past.
  #lookUp(room) {
    this.#messages.delete(room);
    this.#requestAfter(SOON);
  }

  #requestAfter(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#request(), time);
  }

  // Events that have come meanwhile are newer.
  async #request() {
    try {
      const { events } = await latest();
      for (const { data } of events) {
        if (!(this.#messages.get(data.room)?.seq >= data.seq)) this.#messages.set(data.room, data);
      }
      this.#redraw();
    } catch {
      this.#requestAfter(PAUSE);
    }
  }
}

// Adds the line and the time to a row.
export function addLine(row, { time, who, text, pinned }) {
  const line = element("span", "last");
  if (who) line.append(element("bdi", "", who), " ");
  line.append(element("bdi", "", text));
  row.append(element("span", "when", time), line);
  if (pinned) row.append(icon("pin", "icon small"), element("span", "unseen", _("pinned")));
}

function when(date) {
  const today = new Date().setHours(0, 0, 0, 0);
  if (date >= today) return timeOf(date);
  if (date >= today - 6 * DAY) return weekday.format(date);
  return (date.getFullYear() === new Date().getFullYear() ? day : full).format(date);
}
