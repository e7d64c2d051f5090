// Searches the messages of all rooms of the person, or of one; narrowed by who said them and when. What was found stays
// while one reads.

import { search } from "../net/lookups.js";
import { lineOf } from "../lib/attached.js";
import { botMark } from "../lib/bots.js";
import { $, avatar, button, element, icon } from "../lib/dom.js";
import { dayField, instantOf } from "../lib/days.js";
import { timeOf } from "../lib/format.js";
import { _, locale, ngettext } from "../lib/i18n.js";
import { snippet } from "../lib/snippet.js";
import { Part } from "./panel.js";

const PAUSE = 250; // milliseconds without a key before a request
const DAY = 86_400_000;
const dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });

export class Search extends Part {
  name = "search";
  title = _("Search");
  opener = $("search");
  nodes;
  #page; // {store, onJump(room, seq), pickPerson(onPerson)}
  #field = element("input");
  #where = element("select", "chip");
  #who = button("", () => this.#pickPerson(), "chip");
  #when = element("select", "chip");
  #since = dayField(_("Since"), () => this.#request());
  #until = dayField(_("Before"), () => this.#request());
  #words = element("p", "words");
  #elsewhere = button("", () => this.#lookEverywhere(), "wide");
  #clear = button(_("Clear the filters"), () => this.#clearFilters(), "wide");
  #list = element("div");
  #picture = icon("search", "icon blank");
  #more = button(_("Show more"), () => this.#request(true), "wide");
  #person = null; // {userid, name} whose messages count
  #q = "";
  #timer = 0;
  #turn = 0; // counts requests: answers to older ones are ignored
  #events = [];

  constructor(page) {
    super();
    this.#page = page;
    const [form, field, chips] = [element("form", "body"), element("div", "field"), element("div", "chips")];
    // Not type "search": there Esc would empty the field instead of closing the panel.
    Object.assign(this.#field, { role: "searchbox", enterKeyHint: "search", autocomplete: "off" });
    this.#field.ariaLabel = this.#field.placeholder = _("Words to look for");
    this.#words.role = "status";
    this.#where.ariaLabel = _("Where");
    this.#when.ariaLabel = _("When");
    const spans = [["", _("Any time")], ["7", _("Past week")], ["31", _("Past month")], ["366", _("Past year")], ["days", _("Days …")]];
    this.#when.append(...spans.map(([value, text]) => new Option(text, value)));
    for (const chip of [this.#where, this.#when]) chip.addEventListener("change", () => this.#request());
    chips.append(this.#where, this.#who, this.#when, this.#since, this.#until);
    field.append(icon("search", "icon small"), this.#field);
    form.role = "search";
    form.append(field, chips, this.#picture, this.#words, this.#elsewhere, this.#clear, this.#list, this.#more);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#request();
    });
    form.addEventListener("keydown", (event) => this.#pressed(event));
    // Text that an input method has not finished is no word yet.
    this.#field.addEventListener("input", ({ isComposing }) => isComposing || this.#wait());
    this.#field.addEventListener("compositionend", () => this.#wait());
    this.nodes = [form];
    this.#show([], false, this.#hint);
  }

  begin() {
    this.draw();
    this.#field.focus();
    this.#field.select();
  }

  // The rooms to choose from: all, the one that is open, and the one that was chosen.
  draw() {
    if (!this.isShown) return;
    const { store } = this.#page;
    const { value } = this.#where;
    const chosen = store.rooms.get(value); // it may have been left
    const rooms = [...new Set([store.current, chosen ?? store.current])];
    const options = [["", _("All my rooms")], ...rooms.map((room) => [room.room, store.title(room)])];
    if (String(options) !== String([...this.#where.options].map((each) => [each.value, each.text]))) {
      this.#where.replaceChildren(...options.map(([name, title]) => new Option(title, name)));
      this.#where.value = chosen ? value : "";
    }
    this.#drawChips();
    if (value && !chosen) this.#request();
  }

  #drawChips() {
    this.#since.hidden = this.#until.hidden = this.#when.value !== "days";
    this.#who.textContent = this.#person ? _("From %(name)s", { name: this.#person.name }) : _("From anyone");
    this.#where.classList.toggle("chosen", this.#where.value !== "");
    this.#who.classList.toggle("chosen", !!this.#person);
    this.#when.classList.toggle("chosen", this.#when.value !== "");
  }

  #pickPerson() {
    const choose = (person) => {
      this.#person = person;
      this.#request();
    };
    if (this.#person) choose(null);
    else this.#page.pickPerson((userid, name) => choose({ userid, name }));
  }

  #lookEverywhere() {
    this.#where.value = "";
    this.#request();
    this.#field.focus();
  }

  #clearFilters() {
    this.#person = null;
    this.#when.value = "";
    this.#lookEverywhere();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#request(), PAUSE);
    this.#more.hidden = true; // it is of the words before
  }

  get #narrowed() {
    const { value } = this.#when;
    const dates = value === "days" ? { since: instantOf(this.#since), until: instantOf(this.#until) } : {};
    if (Number(value)) dates.since = new Date(Date.now() - value * DAY).toISOString();
    return { from: this.#person?.userid, ...dates };
  }

  get #hint() {
    return _("Type a word: the newest messages that have it come first.");
  }

  // Requests messages: the first ones, or, if `further`, those after the ones shown.
  async #request(further = false) {
    clearTimeout(this.#timer);
    this.#drawChips();
    const mine = ++this.#turn;
    this.#q = this.#field.value.trim();
    if (!this.#q) return this.#show([], false, this.#hint);
    this.#words.textContent = _("Looking …");
    this.#more.hidden = true;
    const shown = further ? this.#events : [];
    const room = this.#where.value || undefined;
    try {
      const { events, more } = await search(this.#q, { room, before: shown.at(-1)?.id, ...this.#narrowed });
      if (mine !== this.#turn) return;
      const tooMany = more && !events.length; // the server gave up before it found one
      const words = tooMany ? _("There is too much to look through: add a word, or look in one room.") : "";
      const found = [...shown, ...events.map(({ data }) => data)];
      this.#show(found, more && !tooMany, words, shown.length);
      if (room && !found.length && !more) this.#countEverywhere(mine);
    } catch (error) {
      if (mine === this.#turn) this.#show(shown, further, error.message, shown.length);
    }
  }

  // Says how many messages of other rooms have what this room has not.
  async #countEverywhere(mine) {
    const { events, more } = await search(this.#q, this.#narrowed).catch(() => ({ events: [] }));
    if (mine !== this.#turn || !events.length) return;
    const { length } = events;
    const words = { count: more ? `${length}+` : length };
    this.#elsewhere.textContent = ngettext("%(count)s in all rooms", "%(count)s in all rooms", length, words);
    this.#elsewhere.hidden = false;
  }

  // Shows events; the first `kept` of them are shown already.
  #show(events, more, words, kept = 0) {
    const count = events.length;
    this.#events = events;
    if (!kept) this.#list.replaceChildren();
    for (const event of events.slice(kept)) this.#place(ageOf(new Date(event.time))).append(this.#item(event));
    this.#elsewhere.hidden = true;
    this.#clear.hidden = count > 0 || !this.#q || !Object.values(this.#narrowed).some(Boolean);
    this.#list.hidden = !count;
    this.#picture.toggleAttribute("hidden", count > 0);
    this.#more.hidden = !more;
    this.#words.textContent = words || countOf(count, more);
    if (kept && count > kept) this.#rows[kept].focus();
  }

  get #rows() {
    return [...this.#list.querySelectorAll("li > button")];
  }

  // The list under a heading, the last one or a new one.
  #place(heading) {
    const last = this.#list.lastElementChild;
    if (last?.ariaLabel === heading) return last;
    const list = element("ul");
    list.ariaLabel = heading;
    const title = element("h3", "", heading);
    title.setAttribute("aria-hidden", "true");
    this.#list.append(title, list);
    return list;
  }

  #item({ msg, files, user, userid, room, seq, time }) {
    const { store, onJump } = this.#page;
    const item = element("li");
    const made = button("", () => {
      for (const row of this.#rows) row.toggleAttribute("aria-current", false);
      made.setAttribute("aria-current", "true");
      onJump(room, seq);
    }, "");
    const at = new Date(time);
    const when = element("time", "", at.toDateString() === new Date().toDateString() ? timeOf(at) : dateOf(at));
    when.dateTime = time;
    made.append(avatar(userid, user), element("bdi", "name", user), ...botMark(userid), when);
    if (!this.#where.value) made.append(element("bdi", "where", store.title(store.room(room))));
    made.append(snippet(lineOf({ msg, files }, Infinity), this.#q));
    item.append(made);
    return item;
  }

  // Moves the focus with the arrows from the field through the messages found, and back.
  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [this.#field, ...this.#rows, ...[this.#clear, this.#more].filter(({ hidden }) => !hidden)];
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

function ageOf(date) {
  const today = new Date().setHours(0, 0, 0, 0);
  if (date >= today) return _("Today");
  return date >= today - 6 * DAY ? _("This week") : _("Earlier");
}

const dateOf = (date) => (date.getFullYear() === new Date().getFullYear() ? dates : full).format(date);
