// Offers the actions on a message: buttons beside the message under the pointer, keys, a sheet under a finger that rests on
// it; and asks before a deletion.

import { askToDelete } from "../dialogs/deletion.js";
import { openMenu } from "../dialogs/menu.js";
import { openSheet } from "../dialogs/sheet.js";
import { lineOf } from "../lib/attached.js";
import { $, element, iconButton } from "../lib/dom.js";
import { copy } from "../lib/copy.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import { powersIn } from "../lib/powers.js";
import { announce } from "./announcer.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/tools.css", import.meta.url));

const PERSON = ".message[data-seq] > .avatar, .message[data-seq] > .by > .name";
// Keys of tools that stand behind More: always, or where a narrow conversation has no place for them.
const BEHIND = new Set(["l", "!", "Delete"]);
const RARE = new Set(["c"]);

export class Tools {
  #list;
  #on;
  #bar = element("div", "tools");

  // on: {me, room(): the one that is open, linkTo(message), onReply(message), onEdit(message), onDelete(seq, reason), onSay(words)}
  constructor(list, on) {
    this.#list = list;
    this.#on = on;
  }

  take(event) {
    const item = event.target.closest(".message");
    if (event.type === "click") this.#openPerson(event.target.closest(PERSON));
    else if (event.type === "keydown") this.#key(event, item);
    else if (event.type === "press") this.#openSheet(item);
    else if (item && !item.contains(this.#bar)) this.#point(item);
  }

  #point(item) {
    const message = this.#messageOf(item);
    if (!message) return;
    const actions = this.#actions(message);
    const shown = actions.filter(([key]) => !BEHIND.has(key));
    const made = shown.map(([key, words, act, name]) => {
      const button = iconButton(name, words, () => act(button));
      button.dataset.key = key;
      button.classList.toggle("rare", RARE.has(key));
      return button;
    });
    const more = iconButton("more", _("More"), () => this.#openMore(more, actions));
    more.ariaHasPopup = "menu";
    this.#bar.role = "toolbar";
    this.#bar.ariaLabel = _("This message");
    this.#bar.replaceChildren(...made, more);
    item.append(this.#bar);
  }

  #openMore(more, actions) {
    const isHidden = (key) => !this.#buttonOf(key).checkVisibility();
    const behind = actions.filter(([key]) => BEHIND.has(key) || isHidden(key));
    const rows = behind.map(([key, words, act, name]) => ({ name, words, act: () => this.#sayAfter(act, key) }));
    openMenu(more, _("More"), [], rows);
  }

  // The button of an action, or else More.
  #buttonOf(key) {
    return this.#bar.querySelector(`[data-key="${key}"]`) ?? this.#bar.lastElementChild;
  }

  async #sayAfter(act, key) {
    this.#on.onSay((await act(this.#buttonOf(key))) ?? "");
  }

  #actions(message) {
    const { me, room, linkTo, onReply, onEdit, onDelete } = this.#on;
    const isOwn = message.userid === me;
    const canWrite = !$("composer").txt.readOnly;
    const actions = [
      canWrite && ["r", _("Reply"), () => onReply(message), "reply"],
      message.msg && ["c", _("Copy text"), (pressed) => this.#copy(message.msg, pressed), "copy"],
      ["l", _("Copy link"), (pressed) => this.#copy(linkTo(message), pressed), "link"],
      isOwn && canWrite && ["e", _("Edit"), () => onEdit(message), "edit"],
      !isOwn && ["!", _("Report"), () => this.#report(message), "flag"],
      (isOwn || powersIn(room()).moderates) && ["Delete", _("Delete"), () => askToDelete(message, isOwn, onDelete), "delete"],
    ];
    return actions.filter(Boolean);
  }

  #openSheet(item) {
    const message = this.#messageOf(item);
    if (!message) return;
    this.#point(item);
    const rows = this.#actions(message).map(([key, words, act, name]) => ({
      name,
      words,
      isLast: key === "Delete",
      act: () => this.#sayAfter(act, key),
    }));
    openSheet(`${message.user}: ${lineOf(message, 80)}`, rows);
  }

  async #report(message) {
    const { room, onSay } = this.#on;
    const loaded = await import("../dialogs/report.js").catch(() => null);
    if (loaded) loaded.openReport(message, room(), onSay);
    else onSay(_("That could not be loaded."));
  }

  #copy = async (text, pressed) => {
    const words = await copy(text, pressed);
    announce(words);
    return words;
  };

  #messageOf(item) {
    if (!item?.dataset.seq || item.matches(".deleted:not(.failed)")) return undefined;
    const message = this.#on.room().find(Number(item.dataset.seq));
    return message?.deleted ? undefined : message;
  }

  #key(event, item) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || target.matches("audio, video")) return; // these have keys of their own
    if (key === "ArrowUp" || key === "ArrowDown") {
      const items = [...this.#list.querySelectorAll(".message")];
      const index = item ? items.indexOf(item) + (key === "ArrowUp" ? -1 : 1) : items.length - 1;
      items[index]?.focus();
      event.preventDefault();
    }
    if (this.#bar.contains(target)) return this.#step(key, target);
    const message = target === item ? this.#messageOf(item) : undefined;
    if (key === "p" && message) return this.#openPerson(item.querySelector(PERSON));
    const action = message && this.#actions(message).find(([letter]) => letter === key);
    if (!action) return;
    event.preventDefault();
    this.#point(item);
    action[2](this.#buttonOf(key));
  }

  // Asks for the card of the message's author.
  #openPerson(anchor) {
    if (!anchor?.isConnected || getSelection().type === "Range") return; // another room is open; a name was selected
    const opener = anchor.closest(".message");
    const { userid, user: username } = this.#on.room().find(Number(opener.dataset.seq));
    const shown = anchor.matches(".unseen") ? opener.querySelector(".text") : anchor;
    this.#list.dispatchEvent(new CustomEvent("person", { detail: { opener, anchor: shown, userid, username } }));
  }

  #step(key, button) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const shown = [...this.#bar.children].filter((each) => each.checkVisibility());
    if (step) shown[shown.indexOf(button) + step]?.focus();
  }
}
