// A menu by the button that opens it: rows that do something, choose one of several, or lead to a further menu. On a phone it
// is a sheet.

import { show } from "./dialog.js";
import { $, element, icon } from "../lib/dom.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/menu.css", import.meta.url));

const EDGE = 8; // pixels between the menu and the window
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

// The menu stands by `anchor`. `head`: what stands above the rows; what has an id there describes the menu. rows: of {name: an
// icon, words, note, key, act(), more(): rows of a further menu, checked: of a choice, lang, isBad: it takes something away, href:
// it is a link}; null parts them, and {heading} begins a group. Returns the dialog.
export function openMenu(opener, title, head, rows, anchor = opener) {
  const box = element("dialog", "menu");
  const menu = element("div");
  box.ariaLabel = title;
  const about = head.map(({ id }) => id).join(" ").trim();
  if (about) box.setAttribute("aria-describedby", about);
  Object.assign(menu, { role: "menu", ariaLabel: title });
  box.append(...head, menu);
  const isButton = opener.ariaHasPopup === "menu";
  box.addEventListener("close", () => {
    if (isButton) opener.ariaExpanded = "false";
    if (!opener.isConnected) $("messages").focus(); // it was drawn again
  });
  menu.addEventListener("keydown", (event) => step(menu, event));
  menu.addEventListener("focusin", ({ target }) => {
    for (const each of menu.querySelectorAll(".item")) each.tabIndex = each === target ? 0 : -1;
  });
  fill(menu, rows);
  opener.focus(); // it has it again afterwards
  show(box);
  if (isButton) opener.ariaExpanded = "true";
  place(box, anchor);
  focusOn(menu, 0);
  return box;
}

function fill(menu, rows, back = null) {
  const all = back ? [back, null, ...rows] : rows;
  menu.replaceChildren();
  let into = menu;
  for (const row of all) {
    if (row?.words) into.append(item(menu, row, all));
    else menu.append((into = row ? group(row.heading) : element("hr")));
    if (!row) into = menu;
  }
}

function group(heading) {
  const made = element("div");
  const words = element("p", "heading", heading);
  words.ariaHidden = "true"; // it is the group's name
  Object.assign(made, { role: "group", ariaLabel: heading });
  made.append(words);
  return made;
}

function item(menu, row, all) {
  const { name, words, note, key, checked, lang } = row;
  const made = element(row.href ? "a" : "button", row.isBad ? "item bad" : "item");
  Object.assign(made, row.href ? { href: row.href } : { type: "button" });
  Object.assign(made, { role: checked === undefined ? "menuitem" : "menuitemradio", tabIndex: -1 });
  if (lang) made.lang = lang;
  if (checked !== undefined) made.ariaChecked = String(checked);
  if (row.more) made.ariaHasPopup = "menu";
  made.append(checked ? icon("check") : name ? icon(name) : element("span", "icon"), element(row.href ? "bdi" : "span", "label", words));
  if (note) made.append(" ", element("span", "note", note));
  if (key) made.append(" ", element("kbd", "", key));
  made.addEventListener("click", (event) => {
    if (row.href && (event.ctrlKey || event.metaKey || event.shiftKey)) return; // the browser opens it elsewhere
    event.preventDefault();
    choose(menu, row, all);
  });
  return made;
}

function choose(menu, row, all) {
  if (!row.more) {
    menu.parentElement.close();
    return row.act();
  }
  const isBack = row.isBack;
  const rows = row.more();
  fill(menu, rows, isBack ? null : { name: "back", words: row.words, isBack: true, more: () => all });
  const chosen = [...menu.querySelectorAll(".item")].findIndex((each) => each.ariaChecked === "true");
  focusOn(menu, isBack ? rows.filter((each) => each?.words).findIndex((each) => each.words === row.words) : Math.max(chosen, 1));
}

function step(menu, event) {
  const { key, altKey, ctrlKey, metaKey } = event;
  const by = STEPS[key];
  if (key === "Tab") menu.parentElement.close();
  if (!by || altKey || ctrlKey || metaKey) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".item")];
  const here = items.indexOf(document.activeElement);
  const at = Number.isFinite(by) ? (here + by + items.length) % items.length : by < 0 ? 0 : items.length - 1;
  items[at].focus();
}

const focusOn = (menu, index) => menu.querySelectorAll(".item")[index]?.focus();

// Below what it stands by, and inside of the window; the styles place the sheet of a phone.
function place(box, anchor) {
  const { left, right, bottom } = anchor.getBoundingClientRect();
  const within = (wanted, most) => `${Math.max(EDGE, Math.min(wanted, most - EDGE))}px`;
  box.style.setProperty("--top", `${EDGE}px`); // it is as high as it will be
  box.style.setProperty("--left", within((left + right - box.offsetWidth) / 2, innerWidth - box.offsetWidth));
  box.style.setProperty("--top", within(bottom + EDGE, innerHeight - box.offsetHeight));
}
