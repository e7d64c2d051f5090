// The line that says what went wrong, until it is dismissed or something else is done.

import { button } from "./dom.js";
import { _ } from "./i18n.js";

export class Notice {
  #box;
  #text;

  constructor(box) {
    this.#box = box;
    this.#text = box.querySelector("p");
  }

  // `action`: the words and the work of a way out.
  show(text, action = null) {
    this.clear();
    this.#text.textContent = text;
    if (action) {
      this.#box.append(button(action[0], () => {
        this.clear();
        action[1]();
      }));
    }
    this.#box.append(button(_("Dismiss"), () => this.clear()));
    this.#box.toggleAttribute("data-shown", true);
  }

  clear() {
    this.#text.textContent = "";
    for (const each of this.#box.querySelectorAll("button")) each.remove();
    this.#box.toggleAttribute("data-shown", false);
  }
}
