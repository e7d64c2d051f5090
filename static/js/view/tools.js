// Offers the actions on a message: buttons beside the message under the pointer, keys, and a dialog before a deletion.

import { open } from "../dialogs/dialog.js";
import { button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { plain } from "../lib/text.js";

export class Tools {
  #list;
  #on;
  #bar = element("div", "tools");

  // on: {me, find(seq), onReply(message), onEdit(message), onDelete(seq)}
  constructor(list, on) {
    this.#list = list;
    this.#on = on;
  }

  take(event) {
    const item = event.target.closest(".message");
    if (event.type === "keydown") this.#key(event, item);
    else if (item && !item.contains(this.#bar)) this.#point(item);
  }

  #point(item) {
    const message = this.#messageOf(item);
    if (!message) return;
    const made = this.#actions(message).map(([, words, act]) => button(words, act, "plain"));
    this.#bar.replaceChildren(...made);
    item.append(this.#bar);
  }

  #actions(message) {
    const { me, onReply, onEdit } = this.#on;
    const actions = [["r", _("Reply"), () => onReply(message)]];
    if (message.userid !== me) return actions;
    const edit = ["e", _("Edit"), () => onEdit(message)];
    return [...actions, edit, ["Delete", _("Delete"), () => this.#confirmDeletion(message)]];
  }

  #messageOf(item) {
    const message = item.dataset.seq && this.#on.find(Number(item.dataset.seq));
    return message?.deleted ? undefined : message;
  }

  #key(event, item) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (key === "ArrowUp" || key === "ArrowDown") {
      const items = [...this.#list.querySelectorAll(".message")];
      const index = item ? items.indexOf(item) + (key === "ArrowUp" ? -1 : 1) : items.length - 1;
      items[index]?.focus();
      event.preventDefault();
    }
    const message = target === item ? this.#messageOf(item) : undefined;
    const action = message && this.#actions(message).find(([letter]) => letter === key);
    if (!action) return;
    event.preventDefault();
    action[2]();
  }

  #confirmDeletion({ seq, msg }) {
    const content = element("div");
    const quote = element("blockquote", "", plain(msg, 200));
    quote.dir = "auto";
    const confirm = button(_("Delete"), () => {
      dialog.close();
      this.#on.onDelete(seq);
    }, "danger");
    confirm.autofocus = true;
    content.append(element("p", "", _("Delete this message for everyone?")), quote, confirm);
    const dialog = open(_("Delete message"), content);
  }
}
