// A line that is shown this once, such as a token: a field that cannot be changed, with a button that copies it.

import { copy } from "../lib/copy.js";
import { element, iconButton } from "../lib/dom.js";

export function line(value, label, verb) {
  const made = element("div", "copying");
  const field = Object.assign(element("input"), { value, readOnly: true, ariaLabel: label, dir: "ltr" });
  const copier = iconButton("copy", verb, () => copy(value, copier));
  field.addEventListener("focus", () => field.select());
  made.append(field, copier);
  return made;
}
