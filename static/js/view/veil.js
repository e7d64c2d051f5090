// The veil over the conversation while files are held over the page: it says where they go when they are dropped.

import { $, element, icon } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import "../lib/icons.js";
import "../lib/words.js";

export class Veil {
  #titleOf;
  #veil = null; // while it is shown
  #isOwn = false; // what is dragged comes from this page

  // titleOf(): of the open room
  constructor(titleOf) {
    this.#titleOf = titleOf;
    document.addEventListener("dragstart", () => (this.#isOwn = true));
    document.addEventListener("dragend", () => (this.#isOwn = false));
    document.addEventListener("dragover", (event) => this.#over(event));
    // While something is dragged there are no moves of a pointer: one means that it is over.
    for (const type of ["drop", "dragend", "pointermove", "dragleave"]) {
      document.addEventListener(type, (event) => (type !== "dragleave" || !event.relatedTarget) && this.#hide());
    }
  }

  #over({ dataTransfer, target }) {
    if (!dataTransfer?.types.includes("Files")) return;
    const mayAdd = $("add").checkVisibility() && !$("composer").txt.readOnly;
    const isOpen = mayAdd && !this.#isOwn && !document.querySelector("dialog:modal");
    dataTransfer.dropEffect = isOpen && target.closest("#talk") ? "copy" : "none";
    if (isOpen) this.#show([...dataTransfer.items].filter(({ kind }) => kind === "file").length);
  }

  #show(count) {
    if (this.#veil) return;
    const fan = element("span", "fan");
    for (const name of ["file", "file", "image"]) {
      const sheet = element("span");
      sheet.append(icon(name));
      fan.append(sheet);
    }
    const words = element("div");
    words.role = "status";
    const room = this.#titleOf();
    words.append(fan, element("p", "where", _("Drop to send to %(room)s", { room })), element("p", "", countOf(count)));
    this.#veil = element("div", "drop");
    this.#veil.append(words);
    $("talk").append(this.#veil);
  }

  #hide() {
    this.#veil?.remove();
    this.#veil = null;
  }
}

// Browsers need not say how many they are.
function countOf(count) {
  const further = _("You can write a line before they go.");
  return count ? `${ngettext("%(count)s file.", "%(count)s files.", count)} ${further}` : further;
}
