// A field for several people: each is found by any word of their name, and stands in it as a chip.

import { users } from "../net/lookups.js";
import { avatar, element, iconButton } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import "../lib/icons.js";
import "../lib/words.js";

const MOST = 6; // people offered
const PAUSE = 200; // milliseconds without a key before a request

export class PeopleField {
  node = element("div", "people-field");
  #box = element("div", "tokens");
  #field = element("input");
  #list = element("ul");
  #status = element("p", "words");
  #chosen = new Map(); // ids to names
  #isOffered;
  #found = [];
  #active = 0; // the index of one of those
  #timer = 0; // runs until the request; afterwards it identifies the request, and answers to older ones are ignored

  #suggested;

  // `label`: what is chosen, in words; isOffered(userid): the person may be chosen; suggested(): [{userid, username, online}]
  // that are offered before a name is typed.
  constructor(label, isOffered, suggested = () => []) {
    this.#isOffered = isOffered;
    this.#suggested = suggested;
    Object.assign(this.#field, { role: "combobox", ariaAutoComplete: "list", ariaLabel: label, autocomplete: "off", maxLength: 60 });
    Object.assign(this.#field, { placeholder: _("A name"), ariaExpanded: "false", spellcheck: false });
    this.#field.setAttribute("aria-controls", "people-found");
    Object.assign(this.#list, { id: "people-found", role: "listbox", ariaLabel: label, hidden: true });
    this.#status.role = "status";
    this.#status.hidden = true;
    this.#box.append(this.#field);
    this.node.append(this.#box, this.#list, this.#status);
    // Text that an input method has not finished is no name yet.
    this.#field.addEventListener("input", ({ isComposing }) => isComposing || this.#typed());
    this.#field.addEventListener("compositionend", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#box.addEventListener("click", ({ target }) => target === this.#box && this.focus());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
    this.#list.addEventListener("click", ({ target }) => this.#take([...this.#list.children].indexOf(target.closest("li"))));
  }

  get ids() {
    return [...this.#chosen.keys()];
  }

  focus() {
    if (!this.#found.length && !this.#field.value) this.#typed(); // what is suggested
    this.#field.focus();
  }

  nameOf(userid) {
    return this.#chosen.get(userid);
  }

  remove(userid) {
    this.#chosen.delete(userid);
    this.#box.querySelector(`[data-userid="${userid}"]`)?.remove();
    if (!this.#field.value) this.#typed();
  }

  #typed() {
    const q = this.#field.value.trim();
    clearTimeout(this.#timer);
    this.#timer = q ? setTimeout(() => this.#request(q), PAUSE) : 0;
    this.#show(q ? [] : this.#open(this.#suggested()), -1);
    this.#say(q ? _("Looking …") : "");
  }

  async #request(q) {
    const mine = this.#timer;
    let words = "";
    const answer = await users(q).catch((error) => void (words = error.message));
    if (mine !== this.#timer) return;
    this.#timer = 0;
    this.#show(this.#open(answer?.users ?? []));
    const { length } = this.#found;
    this.#say(words || (length ? ngettext("%(count)s found", "%(count)s found", length) : _("Nobody else has this name.")), length > 0);
  }

  #open(people) {
    return people.filter(({ userid }) => !this.#chosen.has(userid) && this.#isOffered(userid)).slice(0, MOST);
  }

  // `unseen`: for screen readers alone.
  #say(words, unseen = false) {
    this.#status.textContent = words;
    this.#status.hidden = !words;
    this.#status.classList.toggle("unseen", unseen);
  }

  // `active`: the index of the one that Enter takes; -1 for none.
  #show(found, active = 0) {
    this.#found = found;
    this.#list.replaceChildren(...found.map(({ userid, username, online }, index) => {
      const item = Object.assign(element("li", online ? "online" : ""), { id: `found-${index}`, role: "option" });
      item.append(avatar(userid, username), element("bdi", "", username));
      return item;
    }));
    this.#list.hidden = !found.length;
    this.#field.ariaExpanded = String(found.length > 0);
    this.#mark(active);
  }

  #mark(index) {
    this.#active = index;
    for (const [at, item] of [...this.#list.children].entries()) item.ariaSelected = String(at === index);
    const chosen = this.#list.children[index];
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) this.#field.setAttribute("aria-activedescendant", chosen.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #pressed(event) {
    const { key, isComposing, keyCode } = event;
    if (isComposing || keyCode === 229) return;
    const { length } = this.#found;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (key === "Backspace" && !this.#field.value) return this.remove(this.ids.at(-1));
    if (step && length) this.#mark((Math.max(this.#active, step > 0 ? -1 : 0) + step + length) % length);
    else if (key === "Enter" && (this.#field.value.trim() || this.#active >= 0)) this.#take(this.#active);
    else if (key === "Escape" && this.#field.value) this.#clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #take(index) {
    const person = this.#found[index];
    if (!person) return;
    const { userid, username } = person;
    const chip = element("span", "token");
    const remove = iconButton("close", _("Leave %(name)s out", { name: username }), () => {
      this.remove(userid);
      this.focus();
    });
    chip.dataset.userid = userid;
    chip.append(avatar(userid, username), element("bdi", "", username), remove);
    this.#field.before(chip);
    this.#chosen.set(userid, username);
    this.#clear();
    this.focus();
  }

  #clear() {
    this.#field.value = "";
    this.#typed();
  }
}
