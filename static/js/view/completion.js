// Completes names after "@", emoji after ":" and commands after "/" by a list above the field. Loaded when the first of them is typed.

import { users } from "../net/lookups.js";
import { botMark } from "../lib/bots.js";
import { avatar, element } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { fold, wordBefore } from "../lib/inline.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/words.js";
import { COMMAND, commandsOf } from "./slash.js";

await loadStyles(new URL("../../css/completion.css", import.meta.url));

const MOST = 6; // as many as a small phone shows without scrolling
const GROUPS = { all: () => _("everyone in this room"), here: () => _("everyone who is online in this room") };
const FEW = 3; // people known here; with fewer, the server's are requested
const PAUSE = 150; // milliseconds without a key before a request
const NAME = /@([^@\n]{0,32})$/;
const EMOJI = /:([a-z0-9_+-]{2,32})(:?)$/i;

let emoji = null; // the module, once it was needed

export class Completion {
  #field;
  #options;
  #list = element("ul", "completion");
  #status = element("p", "unseen");
  #at = null; // the index of the mark that is completed
  #closed = null; // the index of a mark that is not to be completed
  #full = false; // a whole name is typed: Enter sends
  #moved = false; // the person has chosen an option with the arrows
  #asked = 0; // counts updates: an answer to an older one is ignored
  #found = new Map(); // user ids and names that the server has found
  #nobody = null; // a beginning for which the server had no further names

  // options: userid, room(), people() => [{userid, username}], everyone(): the room has more than two, replace(start, end, text)
  constructor(field, options) {
    this.#field = field;
    this.#options = options;
    Object.assign(this.#list, { id: "completion", role: "listbox", hidden: true });
    this.#list.setAttribute("aria-label", _("Suggestions"));
    this.#status.role = "status";
    field.setAttribute("aria-autocomplete", "list");
    field.form.append(this.#list, this.#status);
    field.form.addEventListener("keydown", (event) => event.target === field && this.#press(event), true);
    const update = (event) => this.update(event);
    for (const name of ["input", "compositionend", "click"]) field.addEventListener(name, update);
    field.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.#list.addEventListener("click", ({ target }) => this.#accept(target.closest("li")));
  }

  async update({ isComposing = false } = {}) {
    const { value, selectionStart: end, selectionEnd } = this.#field;
    const asked = ++this.#asked;
    const before = end === selectionEnd && !isComposing ? value.slice(0, end) : "";
    const command = COMMAND.exec(before);
    if (command) return this.#closed === 0 || this.#commands(fold(command[1]), asked);
    const [mark, typed, ended] = EMOJI.exec(before.slice(-34)) ?? NAME.exec(before.slice(-34)) ?? [];
    const at = mark ? end - mark.length : null;
    if (at === null || wordBefore(value, at) || value[at - 1] === ":" || isCode(before)) return this.#close(null);
    if (at === this.#closed) return;
    if (mark[0] === "@") return this.#names(at, fold(typed), asked);
    emoji ??= await import("../lib/emoji.js"); // later without a pause, so indexes in the text do not shift
    const { exact, find } = emoji;
    if (!ended) {
      if (asked === this.#asked) this.#show(at, find(fold(typed), MOST).map(emojiOption));
    } else if (exact(fold(typed)) && this.#field.value.startsWith(mark, at)) {
      const behind = Math.max(0, this.#field.selectionEnd - end); // more may have been typed meanwhile
      this.#options.replace(at, end, exact(fold(typed)));
      const caret = this.#field.selectionEnd + behind;
      this.#field.setSelectionRange(caret, caret);
    } else this.#close(null);
  }

  async #commands(typed, asked) {
    const found = await commandsOf(this.#options.room(), typed);
    if (asked !== this.#asked) return;
    this.#full = !this.#moved && found.some(({ name }) => fold(name) === typed);
    this.#show(0, found.slice(0, MOST).map(commandOption));
  }

  // --- Names --------------------------------------------------------------------------------------

  async #names(at, typed, asked) {
    const found = this.#people(typed);
    const names = found.map(({ username }) => fold(username));
    this.#full = !this.#moved && [...names, ...this.#groups()].includes(typed.trimEnd());
    this.#show(at, this.#offered(found, typed));
    if (!typed || found.length >= FEW || (this.#nobody !== null && typed.startsWith(this.#nobody))) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (asked !== this.#asked) return;
    const answer = await users(typed).catch(() => null); // without an answer, the names known here are shown
    for (const { userid, username } of answer?.users ?? []) this.#found.set(userid, username);
    if (asked !== this.#asked) return;
    const more = this.#people(typed);
    if (answer && !more.length) this.#nobody = typed;
    if (more.length > found.length) this.#show(at, this.#offered(more, typed), true);
  }

  // The words for several people that can be meant here.
  #groups() {
    return this.#options.everyone() ? Object.keys(GROUPS) : [];
  }

  // People, and several of the room: last, or first once the word is typed.
  #offered(found, typed) {
    const offered = found.map(personOption);
    const group = typed && this.#groups().find((word) => word.startsWith(typed.trimEnd()));
    if (!group) return offered;
    const made = groupOption(group, offered.length);
    return typed.trimEnd() === group ? [made, ...offered] : [...offered, made];
  }

  // Finds people with a word in their name that begins so; names that begin so come first.
  #people(typed) {
    const known = new Map(this.#found);
    for (const { userid, username } of this.#options.people()) known.set(userid, username);
    known.delete(this.#options.userid);
    const ranked = [[], []];
    for (const [userid, username] of known) {
      const place = placeOf(fold(username), typed);
      if (place >= 0) ranked[Math.min(place, 1)].push({ userid, username });
    }
    return ranked.flat().slice(0, MOST);
  }

  // --- The list -----------------------------------------------------------------------------------

  // `keeps`: the option that is selected stays so, if it is still there.
  #show(at, options, keeps = this.#moved) {
    if (!options.length) return this.#hide();
    const chosen = keeps && at === this.#at && this.#selected?.dataset.text;
    this.#at = at;
    this.#list.replaceChildren(...options);
    this.#list.hidden = false;
    this.#field.setAttribute("aria-controls", "completion");
    this.#select(options.find(({ dataset }) => dataset.text === chosen) ?? options[0]);
    this.#status.textContent = ngettext("%(count)s suggestion", "%(count)s suggestions", options.length);
  }

  // `closed`: the index of a mark that is not to be completed any more.
  #close(closed = this.#closed) {
    this.#asked++;
    this.#closed = closed;
    this.#hide();
  }

  #hide() {
    this.#at = null;
    this.#moved = false;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#status.textContent = "";
    this.#field.removeAttribute("aria-controls");
    this.#field.removeAttribute("aria-activedescendant");
  }

  get #selected() {
    return this.#list.querySelector("[aria-selected=true]");
  }

  #select(option) {
    this.#selected?.setAttribute("aria-selected", false);
    option.setAttribute("aria-selected", true);
    option.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", option.id);
  }

  #press(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey, isComposing, keyCode } = event;
    if (this.#list.hidden || isComposing || keyCode === 229 || shiftKey || ctrlKey || metaKey || altKey) return;
    const { firstChild, lastChild } = this.#list;
    if (key === "ArrowDown") this.#select(this.#selected.nextSibling ?? firstChild);
    else if (key === "ArrowUp") this.#select(this.#selected.previousSibling ?? lastChild);
    else if (key === "Escape") this.#close(this.#at);
    else if (key === "Tab" || (key === "Enter" && !this.#full)) this.#accept(this.#selected);
    else return ["ArrowLeft", "ArrowRight", "Home", "End", "Enter"].includes(key) && this.#close();
    if (key.startsWith("Arrow")) [this.#full, this.#moved] = [false, true];
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #accept(option) {
    if (!option) return;
    const [at, end] = [this.#at, this.#field.selectionEnd];
    this.#close(at);
    const { text } = option.dataset;
    const spaced = !/^[@/]/.test(text) || /^\s/.test(this.#field.value.slice(end));
    this.#options.replace(at, end, spaced ? text : `${text} `);
  }
}

function placeOf(name, typed) {
  for (let place = -1; (place = name.indexOf(typed, place + 1)) >= 0; ) if (!wordBefore(name, place)) return place;
  return -1;
}

// True: the text ends inside backticks, where nothing is completed.
function isCode(before) {
  const odd = (text, mark) => text.split(mark).length % 2 === 0;
  return odd(before, "```") || odd(before.slice(before.lastIndexOf("\n") + 1), "`");
}

function personOption({ userid, username }, index) {
  const made = option(index, `@${username}`);
  made.append(avatar(userid, username), element("bdi", "", username), ...botMark(userid));
  return made;
}

function groupOption(word, index) {
  const made = option(index, `@${word}`);
  made.append(element("span", "", `@${word}`), ` ${GROUPS[word]()}`);
  return made;
}

function commandOption({ name, hint }, index) {
  const made = option(index, `/${name}`);
  made.append(element("bdi", "", `/${name}`), element("span", "hint", hint));
  return made;
}

function emojiOption([char, name], index) {
  const made = option(index, char);
  made.append(element("span", "", char), ` :${name}:`);
  return made;
}

function option(index, text) {
  const made = element("li");
  Object.assign(made, { id: `completion-${index}`, role: "option" });
  made.setAttribute("aria-selected", false);
  made.dataset.text = text;
  return made;
}
