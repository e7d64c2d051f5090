// Says under the field for messages how many characters are left, once they are few, or how many there are too many.

import { element } from "../lib/dom.js";
import { ngettext } from "../lib/i18n.js";
import "../lib/words.js";

const FEW = 200; // characters left, from which on their number is shown

// Returns a function that counts what is in the field.
export function counter(field, most) {
  const words = Object.assign(element("span", "left"), { id: "composer-left" });
  field.after(words);
  return () => {
    const { value } = field;
    // The length counts units, of which there are at least as many as characters.
    const left = value.length > most - FEW ? most - [...value].length : FEW;
    const over = () => ngettext("%(count)s too many", "%(count)s too many", -left);
    const under = () => ngettext("%(count)s left", "%(count)s left", left);
    words.textContent = left < 0 ? over() : left < FEW ? under() : "";
    field.setAttribute("aria-invalid", left < 0);
  };
}
