// The panel: a column beside the conversation, over it where there is less room, on a phone a sheet before it. It shows one
// part at a time.

import { $, element, iconButton } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/panel.css", import.meta.url));

const narrow = matchMedia("(max-width: 720px)");
const box = $("panel");
const title = element("h2");
const head = element("header", "bar");
let part = null;

title.id = "panel-title";
title.tabIndex = -1;
head.append(title, iconButton("close", _("Close"), close));
box.addEventListener("keydown", escape);
box.addEventListener("close", closed);
box.addEventListener("click", ({ target }) => target === box && close()); // on the veil
narrow.addEventListener("change", () => box.open && close());

// Of each part: `name`, a class of the styles; `title`; `opener`, its button; `nodes`; begin(), when it is shown; end().
export class Part {
  open() {
    if (!this.isShown) show(this);
    this.begin();
  }

  toggle() {
    if (this.isShown) close();
    else this.open();
  }

  get isShown() {
    return box.open && part === this;
  }

  begin() {}

  end() {}
}

function show(next) {
  ended();
  part = next;
  box.className = part.name;
  title.textContent = part.title;
  box.replaceChildren(head, ...part.nodes);
  if (!box.open && narrow.matches) box.showModal();
  else if (!box.open) box.show();
  sayOpen(true);
  title.focus();
}

function close() {
  box.close();
}

// Closes it where it covers something.
export function makeWay() {
  if (getComputedStyle(box).position !== "static") close();
}

function ended() {
  if (!part) return;
  sayOpen(false);
  part.end();
}

// The buttons that open the part are pressed while it is open.
function sayOpen(isOpen) {
  for (const button of document.querySelectorAll(`[data-open="${part.opener.dataset.open}"]`)) button.ariaExpanded = String(isOpen);
}

function closed() {
  ended();
  if (box.contains(document.activeElement) || document.activeElement === document.body) part.opener.focus();
}

function escape(event) {
  if (event.key !== "Escape" || event.isComposing) return;
  event.stopPropagation();
  event.preventDefault();
  close();
}
