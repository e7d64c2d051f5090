// Parts of the forms in dialogs: fields with labels, a choice of a few, the row of buttons, and sending.

import { button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/doors.css", import.meta.url));

// A field for a line of text: {node, input}. `hint`: a word beside the label.
export function textField(label, { value = "", most, hint = "" }) {
  const node = element("label", "labelled");
  const input = Object.assign(element("input"), { value, maxLength: most, autocomplete: "off", dir: "auto" });
  node.append(heading(label, hint), input);
  return { node, input };
}

// A part of a form with a heading of its own.
export function group(label, hint, ...content) {
  const made = element("div", "labelled");
  made.append(heading(label, hint), ...content);
  return made;
}

function heading(label, hint) {
  const made = element("span", "", label);
  if (hint) made.append(" ", element("small", "", hint));
  return made;
}

// One of a few, side by side. options: values to words; onChange(value).
export function choice(label, name, options, chosen, onChange) {
  const track = element("div", "choice");
  Object.assign(track, { role: "radiogroup", ariaLabel: label });
  for (const [value, words] of Object.entries(options)) {
    const made = element("label");
    const radio = Object.assign(element("input"), { type: "radio", name, value, checked: value === chosen });
    radio.addEventListener("change", () => onChange(value));
    made.append(radio, element("span", "", words));
    track.append(made);
  }
  return track;
}

// Makes a form that calls work(), and then done(). If work() throws, its words stand above the buttons, and all that was
// typed stays. A second press does nothing while the first one is at work.
export function form(content, verb, { work, done, cancel }) {
  const made = element("form");
  const error = element("p", "words bad");
  const actions = element("div", "actions");
  const go = element("button", "button main", verb);
  let busy = false;
  error.role = "alert";
  actions.append(button(_("Cancel"), cancel, "button"), go);
  made.append(...content, error, actions);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    error.textContent = "";
    try {
      done(await work());
    } catch ({ message }) {
      error.textContent = message;
    }
    busy = false;
  });
  return made;
}
