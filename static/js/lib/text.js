// Renders the text of a message: a small Markdown, links and mentions. Makes nodes only, never HTML from a string.

import { button, element } from "./dom.js";
import { _ } from "./i18n.js";
import { inline, lengths } from "./inline.js";
import { isTable, table } from "./table.js";

const DEEPEST_QUOTE = 3; // deeper ones stay as they were typed
const MOST_CELLS = 500; // of all tables in a message; the rest stays as it was typed
const MOST_MENTIONS = 10; // the server looks at so many @
const MOST_BIG = 6; // emoji alone in a message

const ITEM = /^([ \t]*)([-*]|\d{1,3}\.)[ \t]+(\S.*)$/;
const CONTINUED = /^(?: {2}|\t)\s*\S/; // an item
const HEADING = /^#{1,3} +(\S.*)$/;
const QUOTED = /^>(?=[> ]|$)/;
const EMOJI = /\p{RGI_Emoji}/gv;

// `names`: folded names of the users who can be mentioned, to their ids; `me`: the own id.
export function render(text, { names = new Map(), me } = {}) {
  const made = document.createDocumentFragment();
  const people = { names, me, lengths: text.includes("@") ? lengths(names) : null, left: { cells: MOST_CELLS, mentions: MOST_MENTIONS } };
  blocks(made, text.split(/\r\n?|\n/), people, 0);
  for (const block of made.children) block.dir = "auto"; // last: with each child that comes, all would be looked at
  if (isBig(text)) made.firstChild.classList.add("big");
  return made;
}

// True: the text mentions this person, or everyone. `here`: @here counts, too.
export function mentions(text, names, me, here) {
  return text.includes("@") && render(text, { names, me }).querySelector(here ? ".me" : ".me:not(.here)") !== null;
}

// Returns one line without marks, of at most `most` characters.
export function plain(text, most) {
  const made = render(text);
  for (const block of made.querySelectorAll("p, li, pre, th, td")) block.prepend(" ");
  const line = [...made.textContent.replace(/\s+/g, " ").trim()];
  return line.length > most ? `${line.slice(0, most - 1).join("")}…` : line.join("");
}

function isBig(text) {
  const count = text.length < 200 ? text.match(EMOJI)?.length : 0;
  return count <= MOST_BIG && count > 0 && !text.replace(EMOJI, "").trim();
}

// --- Blocks ---------------------------------------------------------------------------------------

// True: the line ends the paragraph before it.
const begins = (lines, at, people) => ITEM.test(lines[at]) || HEADING.test(lines[at]) || isTable(lines, at, people);
const isFence = (line) => line.trimEnd() === "```";

function blocks(parent, lines, people, depth) {
  const lastFence = lines.findLastIndex(isFence);
  const opens = (at) => at < lastFence && lines[at].startsWith("```") && !lines[at].includes("`", 3);
  const quotes = (at) => depth < DEEPEST_QUOTE && QUOTED.test(lines[at] ?? "");
  const block = (name) => parent.appendChild(element(name));
  for (let at = 0; at < lines.length; ) {
    const from = at;
    if (!lines[at].trim()) at++;
    else if (opens(at)) {
      while (!isFence(lines[++at]));
      parent.append(codeBlock(lines.slice(from, at++)));
    } else if (quotes(at)) {
      while (quotes(at)) at++;
      const inner = lines.slice(from, at).map((line) => line.replace(/^> ?/, ""));
      if (inner.some((line) => line.trim())) blocks(block("blockquote"), inner, people, depth + 1);
      else block("p").textContent = lines.slice(from, at).join("\n");
    } else if (ITEM.test(lines[at])) at = list(block, lines, at, people);
    else if (isTable(lines, at, people)) at = table(parent, lines, at, people);
    else if (HEADING.test(lines[at])) {
      const heading = block("p");
      heading.className = "heading";
      inline(heading, HEADING.exec(lines[at++])[1], people);
    } else {
      do at++;
      while (lines[at]?.trim() && !opens(at) && !quotes(at) && !begins(lines, at, people));
      inline(block("p"), lines.slice(from, at).join("\n"), people);
    }
  }
}

// Renders the list that begins at line `at`; returns the index of the line after it. Numbers stay as they were typed.
function list(block, lines, at, people) {
  const open = []; // the list, and the one in its last item
  const isMore = (line = "") => CONTINUED.test(line) && !ITEM.test(line);
  let base;
  for (let found; at < lines.length && (found = ITEM.exec(lines[at])); at++) {
    let [, indent, mark, words] = found;
    while (isMore(lines[at + 1])) words += `\n${lines[++at].trim()}`;
    base ??= indent.length;
    const level = open.length && indent.length > base + 1 ? 1 : 0;
    const name = mark.endsWith(".") ? "OL" : "UL";
    open.length = Math.min(open.length, level + 1);
    if (open[level]?.tagName !== name) {
      open[level] = level ? element(name) : block(name);
      if (level) open[0].lastChild.append(open[level]);
    }
    const item = element("li");
    if (name === "OL") item.value = parseInt(mark);
    inline(item, words, people);
    open[level].append(item);
  }
  return at;
}

// Renders a block of code. The language and the words of the button are attributes, so the element's text is the code.
function codeBlock([first, ...lines]) {
  const made = element("div", "code");
  const info = first.slice(3).trim();
  if (/^[\w+#.-]{1,20}$/.test(info)) made.dataset.language = info;
  else if (info) lines.unshift(info);
  const code = element("code", "", lines.join("\n"));
  const pre = element("pre");
  pre.tabIndex = 0; // a keyboard can scroll it
  pre.append(code);
  const copier = button("", async () => (await import("./copy.js")).copy(code.textContent, copier), "copy");
  copier.setAttribute("aria-label", _("Copy"));
  made.append(pre, copier);
  return made;
}
