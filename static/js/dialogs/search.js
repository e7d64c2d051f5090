// The dialog that searches the messages of one room, or of all rooms of the user, and jumps to them.

import { search } from "../net/api.js";
import { open } from "./dialog.js";
import { button, element } from "../lib/dom.js";
import { _, language, ngettext } from "../lib/i18n.js";
import { snippet } from "../lib/snippet.js";
import { plain } from "../lib/text.js";

const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const PAUSE = 250; // milliseconds without a key before a request

let last = { q: "", everywhere: false }; // kept for the next opening of the dialog

// titleOf(room) names a room; onJump(room, seq) is called after the dialog is closed.
export function openSearch(page) {
  new Search(page).open();
}

class Search {
  #page;
  #field = element("input");
  #words = element("p", "words");
  #list = element("ul");
  #more = button(_("Show more"), () => this.#request(true), "wide");
  #dialog;
  #timer = 0;
  #turn = 0; // counts requests: answers to older ones are ignored
  #events = [];

  constructor(page) {
    this.#page = page;
  }

  open() {
    const form = element("form");
    const where = element("fieldset");
    // Not type "search": there Esc would empty the field instead of closing the dialog.
    Object.assign(this.#field, { role: "searchbox", enterKeyHint: "search", autofocus: true, autocomplete: "off" });
    this.#field.value = last.q;
    this.#field.ariaLabel = this.#field.placeholder = _("Words to look for");
    this.#words.role = "status";
    this.#list.ariaLabel = _("Messages found");
    where.append(
      element("legend", "unseen", _("Where")),
      choice(_("This room"), !last.everywhere, () => this.#look(false)),
      choice(_("All my rooms"), last.everywhere, () => this.#look(true)),
    );
    form.role = "search";
    form.append(this.#field, where, this.#words, this.#list, this.#more);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#request();
    });
    form.addEventListener("keydown", (event) => this.#pressed(event));
    // Text that an input method has not finished is no word yet.
    this.#field.addEventListener("input", ({ isComposing }) => isComposing || this.#wait());
    this.#field.addEventListener("compositionend", () => this.#wait());
    this.#dialog = open(_("Search"), form, { className: "search" });
    this.#field.select();
    this.#request();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#request(), PAUSE);
  }

  #look(everywhere) {
    last.everywhere = everywhere;
    this.#request();
  }

  // Requests messages: the first ones, or, if `further`, those after the ones shown.
  async #request(further = false) {
    clearTimeout(this.#timer);
    const q = this.#field.value.trim();
    const mine = ++this.#turn;
    last.q = q;
    if (!q) return this.#show([], false, _("Type a word: the newest messages that have it come first."));
    this.#say(_("Looking …"));
    const shown = further ? this.#events : [];
    const room = last.everywhere ? undefined : this.#page.room;
    try {
      const { events, more } = await search(q, { room, before: shown.at(-1)?.id });
      const tooMany = more && !events.length; // the server gave up before it found one
      const words = tooMany ? _("There is too much to look through: add a word, or look in one room.") : "";
      const found = [...shown, ...events.map(({ data }) => data)];
      if (mine === this.#turn) this.#show(found, more && !tooMany, words, shown.length);
    } catch (error) {
      if (mine === this.#turn) this.#show(shown, further, error.message, shown.length);
    }
  }

  // Shows events; the first `kept` of them are shown already.
  #show(events, more, words, kept = 0) {
    const count = events.length;
    const q = last.q;
    this.#events = events;
    while (this.#list.children.length > kept) this.#list.lastChild.remove();
    this.#list.append(...events.slice(kept).map((event) => this.#item(event, q)));
    this.#list.hidden = !count;
    this.#more.hidden = !more;
    this.#say(words || countOf(count, more));
    if (kept && count > kept) this.#list.children[kept].firstChild.focus();
  }

  #say(words) {
    this.#words.textContent = words;
  }

  #item({ msg, user, room, seq, time }, q) {
    const item = element("li");
    const made = button("", () => {
      this.#dialog.close();
      this.#page.onJump(room, seq);
    }, "");
    const when = element("time", "", dates.format(new Date(time)));
    when.dateTime = time;
    const by = element("span", "by");
    by.append(element("bdi", "name", user), " ");
    if (last.everywhere) by.append(element("bdi", "", this.#page.titleOf(room)), " ");
    by.append(when);
    made.append(by, " ", snippet(plain(msg, Infinity), q));
    item.append(made);
    return item;
  }

  // Moves the focus with the arrows from the field through the messages found, and back.
  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [this.#field, ...this.#list.querySelectorAll("button"), ...(this.#more.hidden ? [] : [this.#more])];
    const here = stops.indexOf(event.target);
    if (!step || here < 0 || event.altKey || event.isComposing) return;
    event.preventDefault();
    stops[here + step]?.focus();
  }
}

function countOf(count, more) {
  if (!count) return _("No message has this.");
  if (more) return ngettext("The newest message", "The newest %(count)s messages", count);
  return ngettext("%(count)s message", "%(count)s messages", count);
}

function choice(text, checked, onChoose) {
  const label = element("label");
  const radio = element("input");
  Object.assign(radio, { type: "radio", name: "where", checked });
  radio.addEventListener("change", onChoose);
  label.append(radio, ` ${text}`);
  return label;
}
