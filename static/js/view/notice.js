// Shows an error or what has happened in a line, until the person closes it or does something else.

import { $, button } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

export class Notice {
  #box;
  #text;
  #onDone;

  // onDone() is called when the button that had the focus is gone.
  constructor(box, onDone) {
    this.#box = box;
    this.#onDone = onDone;
    this.#text = box.querySelector("p");
  }

  // Shows an error. `action`: the words and the work of a button beside the one that closes the line.
  show(text, action = null) {
    this.say(text, action);
    this.#box.toggleAttribute("data-bad", true);
  }

  // Shows what has happened.
  say(text, action = null) {
    this.clear();
    if (getComputedStyle($("panel")).position !== "static") $("panel").close(); // it would cover the line
    this.#text.textContent = text;
    for (const [words, act] of [...(action ? [action] : []), [_("Dismiss")]]) {
      this.#box.append(button(words, () => {
        this.clear();
        this.#onDone();
        act?.();
      }));
    }
    this.#box.toggleAttribute("data-shown", true);
  }

  clear() {
    const hadFocus = this.#box.contains(document.activeElement);
    this.#text.textContent = "";
    for (const each of this.#box.querySelectorAll("button")) each.remove();
    this.#box.toggleAttribute("data-shown", false);
    this.#box.toggleAttribute("data-bad", false);
    if (hadFocus) this.#onDone();
  }
}

// Closes what lies before the conversation.
export function uncover() {
  for (const dialog of document.querySelectorAll("dialog:modal")) dialog.close();
}
