// Copies a text; the button that was pressed shows the result for a while.

import { element } from "./dom.js";
import { _ } from "./i18n.js";
import "./words.js";

const SHOWN = 2_000; // milliseconds
const pressed = new WeakMap(); // buttons that show a result to {words, timer}

// Returns the words about the result.
export async function copy(text, button) {
  const { words, timer } = pressed.get(button) ?? { words: button.getAttribute("aria-label") };
  clearTimeout(timer);
  const isCopied = await written(text);
  const result = isCopied ? _("Copied") : _("Not copied");
  button.setAttribute("aria-label", result);
  button.classList.toggle("done", isCopied);
  const restore = () => {
    pressed.delete(button);
    button.setAttribute("aria-label", words);
    button.classList.remove("done");
  };
  pressed.set(button, { words, timer: setTimeout(restore, SHOWN) });
  return result;
}

async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return byCommand(text); // over plain HTTP there is no clipboard
  }
}

function byCommand(text) {
  const before = document.activeElement;
  const field = element("textarea", "unseen");
  field.value = text;
  (document.querySelector("dialog:modal") ?? document.body).append(field); // outside of it nothing can be selected
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  before?.focus({ preventScroll: true });
  return isCopied;
}
