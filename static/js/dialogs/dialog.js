// Opens dialogs: a title, a button that closes it, and any content. Afterwards the focus is back where it was.

import { $, element, iconButton } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/icons.js";
import "../lib/words.js";

// With the first dialog, not before.
const fields = loadStyles(new URL("../../css/fields.css", import.meta.url));
await Promise.all([fields, loadStyles(new URL("../../css/dialogs.css", import.meta.url))]);

let current = null; // one at a time

// Opens a dialog around `content` (an element); its close() closes it. The focus goes to an element with the attribute
// autofocus, or else to the title.
export function open(title, content, { className = "" } = {}) {
  const dialog = element("dialog", className);
  const heading = element("h2", "", title);
  heading.id = "dialog-title";
  if (!content.querySelector("[autofocus]")) {
    heading.tabIndex = -1;
    heading.autofocus = true;
  }
  const cross = iconButton("close", _("Close"), () => dialog.close());
  const header = element("header");
  header.append(heading, cross);
  content.classList.add("content");
  dialog.append(header, content);
  dialog.setAttribute("aria-labelledby", heading.id);
  show(dialog);
  return dialog;
}

// Shows a modal dialog in place of another one, and removes it when it is closed.
export function show(dialog) {
  close();
  closeBeside(dialog);
  const places = ancestors(document.activeElement);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (current === dialog) current = null;
    const place = places.find(({ isConnected }) => isConnected);
    if (place !== places[0] || place === document.body) focusIn(place); // what opened it was drawn anew
  });
  document.body.append(dialog);
  dialog.showModal();
  current = dialog;
}

export function close() {
  current?.close();
  current?.remove();
}

function ancestors(node) {
  return node === document.documentElement ? [node] : [node, ...ancestors(node.parentElement)];
}

function focusIn(place) {
  const target = place === document.body ? $("messages") : place.querySelector("button:enabled, [tabindex]");
  target?.focus();
}

// A selection that is dragged out of it ends in a click beside it, too, so the press counts as well.
function closeBeside(dialog) {
  let pressed = false;
  const isBeside = ({ target, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return target === dialog && (x < left || x > right || y < top || y > bottom);
  };
  dialog.addEventListener("pointerdown", (event) => (pressed = isBeside(event)));
  dialog.addEventListener("click", (event) => pressed && isBeside(event) && dialog.close());
}
