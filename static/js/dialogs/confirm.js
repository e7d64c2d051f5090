// Asks before what cannot be undone, or not easily. The focus is on the button that does nothing.

import { open } from "./dialog.js";
import { button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// `words`: elements with the question; `verb`: the other button's words; pressed, it calls `work`.
export function confirm(title, words, verb, work) {
  const content = element("div");
  const actions = element("div", "actions");
  const cancel = button(_("Cancel"), () => dialog.close(), "button");
  const go = button(verb, () => {
    dialog.close();
    work();
  }, "button ink");
  cancel.autofocus = true;
  actions.append(cancel, go);
  content.append(...words, actions);
  const dialog = open(title, content, { className: "confirm" });
}
