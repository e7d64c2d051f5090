// Handles the keys and buttons of the chat page: dialogs, the panel, and the way between rooms.

import { $, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

const WITH_FIELD = new Set(["switcher", "people", "search", "toggleSearch"]);

// page: see openers.js
export function handleCommands(page) {
  const { messages, navigation } = page;
  const opener = makeOpener(page);

  function command({ key, altKey, shiftKey, ctrlKey, metaKey, target }) {
    const control = ctrlKey || metaKey;
    const letter = key.toLowerCase();
    if (control && !altKey && letter === "k") return opener("switcher");
    if (control && shiftKey && letter === "f") return opener("search");
    if (control && !altKey && key === ",") return opener("me");
    if (control && !altKey && key === ".") return opener("toggleDetails");
    if (altKey && !control && key === "ArrowUp") return opener("step", { by: -1, unread: shiftKey });
    if (altKey && !control && key === "ArrowDown") return opener("step", { by: 1, unread: shiftKey });
    if (key === "?" && !control && !target.closest("input, textarea, select, dialog")) return opener("keys");
    return null;
  }

  document.addEventListener("keydown", (event) => {
    const work = command(event);
    if (!work) return;
    event.preventDefault();
    work();
  });

  const press = (id, work) => $(id).addEventListener("click", work);
  press("find", opener("switcher"));
  press("people", opener("people"));
  press("search", opener("toggleSearch"));
  press("me", opener("me"));
  press("place", opener("place"));
  $("messages").addEventListener("person", ({ detail }) => opener("person", detail)());
  press("title", opener("toggleDetails"));
  press("to-rooms", () => navigation.toLists());
  press("to-end", () => {
    navigation.toEnd();
    messages.focus(); // the button disappears
  });
}

// Returns a function that returns what opens something. The openers are loaded once the person does something on the page, so
// that they open at once, or before the first one opens; of several that are asked for meanwhile, the last one opens. What is
// typed until then goes into a field that nobody sees, and from there into the dialog's.
function makeOpener(page) {
  let openers = null;
  let asked = 0;
  const load = async () => {
    const { openersOf } = await import("./openers.js");
    openers ??= openersOf(page);
  };
  const early = () => load().catch(() => {});
  for (const type of ["keydown", "pointermove", "pointerdown"]) addEventListener(type, early, { once: true, passive: true });

  async function open(name, detail) {
    const mine = ++asked;
    if (openers) return openers[name](detail);
    const before = document.activeElement;
    const catcher = WITH_FIELD.has(name) && document.body.appendChild(element("input", "catcher"));
    if (catcher) catcher.focus({ preventScroll: true });
    try {
      await load();
    } catch {
      const again = () => open(name, detail);
      return mine === asked && page.notice.show(_("That could not be loaded."), [_("Try again"), again]);
    } finally {
      if (catcher === document.activeElement) before.focus({ preventScroll: true }); // it goes back there in the end
      if (catcher) catcher.remove();
    }
    if (mine !== asked) return;
    openers[name](detail);
    if (catcher) type(catcher.value);
  }
  return (name, detail) => () => open(name, detail);
}

function type(text) {
  const field = document.activeElement;
  if (!text || !field.matches("dialog input")) return;
  field.value = text;
  field.dispatchEvent(new InputEvent("input"));
}
