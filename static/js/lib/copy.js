// Copies the text of an element; its button shows the result.

import { _ } from "./i18n.js";

const SHOWN = 2_000; // milliseconds

export async function copy(code, button) {
  button.setAttribute("aria-label", (await written(code)) ? _("Copied") : _("Not copied"));
  setTimeout(() => button.setAttribute("aria-label", _("Copy")), SHOWN);
}

async function written(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code); // over plain HTTP there is no clipboard
    return document.execCommand("copy");
  }
}
