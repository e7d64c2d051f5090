// Opens dialogs: a title, a button that closes it, and any content. Afterwards the focus is back where it was.

import { element, iconButton } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/dialogs.css", import.meta.url)); // with the first dialog, not before

let current = null; // one at a time

// Opens a modal dialog around `content` (an element); its close() closes it. The focus goes to an element
// with the attribute autofocus, or else to the title.
export function open(title, content, { className = "" } = {}) {
  current?.close();
  current?.remove();
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
  closeBeside(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (current === dialog) current = null;
  });
  document.body.append(dialog);
  dialog.showModal();
  current = dialog;
  return dialog;
}

// The backdrop belongs to the dialog; its header and content cover all of its own area. A selection that is dragged
// out of it ends in a click there too, so the press counts as well.
function closeBeside(dialog) {
  let pressed = false;
  dialog.addEventListener("pointerdown", ({ target }) => (pressed = target === dialog));
  dialog.addEventListener("click", ({ target }) => {
    if (pressed && target === dialog) dialog.close();
  });
}
