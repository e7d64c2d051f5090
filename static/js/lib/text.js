// Renders the text of a message: a small Markdown, links and mentions. Makes nodes only, never HTML from a string.

import { button, element } from "./dom.js";
import { _ } from "./i18n.js";

const DEEPEST_QUOTE = 3; // deeper ones stay as they were typed
const MOST_BIG = 6; // emoji alone in a message

const ITEM = /^([ \t]*)([-*]|\d{1,3}\.)[ \t]+(\S.*)$/;
const CONTINUED = /^(?: {2}|\t)\s*\S/; // an item
const QUOTED = /^>(?=[> ]|$)/;
const MARK = /`+|\*+|_+|@|https?:\/\/(?=[\p{L}\p{N}[])/giu;
// Ends at the first space, bracket of HTML, quotation mark, Chinese sign or control of direction.
const LINK = /[^\s<>"`\u200e\u200f\u2018-\u2026\u202a-\u202e\u2066-\u2069\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f]+/y;
const EMOJI = /\p{RGI_Emoji}/gv;
// A letter of a script that puts spaces between words.
const LETTER = /^[[\p{L}\p{N}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}]]/v;

export const wordBefore = (text, at) => LETTER.test([...text.slice(Math.max(0, at - 2), at)].at(-1) ?? "");
const wordAfter = (text, at) => LETTER.test(text.slice(at, at + 2));
export const fold = (text) => text.toLocaleLowerCase();

// `names`: folded names of the users who can be mentioned, to their ids; `me`: the own id.
export function render(text, { names = new Map(), me } = {}) {
  const made = document.createDocumentFragment();
  blocks(made, text.split(/\r\n?|\n/), { names, me, lengths: text.includes("@") ? lengths(names) : null }, 0);
  for (const block of made.children) block.dir = "auto"; // last: with each child that comes, all would be looked at
  if (isBig(text)) made.firstChild.classList.add("big");
  return made;
}

// Returns one line without marks, of at most `most` characters.
export function plain(text, most) {
  const made = render(text);
  for (const block of made.querySelectorAll("p, li, pre")) block.prepend(" ");
  const line = [...made.textContent.replace(/\s+/g, " ").trim()];
  return line.length > most ? `${line.slice(0, most - 1).join("")}…` : line.join("");
}

function isBig(text) {
  const count = text.length < 200 ? text.match(EMOJI)?.length : 0;
  return count <= MOST_BIG && count > 0 && !text.replace(EMOJI, "").trim();
}

// --- Blocks ---------------------------------------------------------------------------------------

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
    else {
      do at++;
      while (lines[at]?.trim() && !opens(at) && !quotes(at) && !ITEM.test(lines[at]));
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
  pre.append(code);
  const copier = button("", async () => (await import("./copy.js")).copy(code, copier), "copy");
  copier.setAttribute("aria-label", _("Copy"));
  made.append(pre, copier);
  return made;
}

// --- Within a block -------------------------------------------------------------------------------

// Renders marks in one pass: a mark without a partner causes no second pass over the text after it.
function inline(parent, text, people) {
  const parts = [];
  let open = []; // marks, each at most once, so elements are at most four deep: {mark, place: in parts}
  const lastTicks = new Map(); // where the last run of so many backticks is
  for (const { 0: run, index } of text.matchAll(/`+/g)) lastTicks.set(run.length, index);

  const start = (mark) => {
    open = open.filter((each) => each.mark !== mark);
    open.push({ mark, place: parts.push(mark) - 1 });
  };
  // Closes the innermost that has this mark, or of three signs a part; returns the signs that are left.
  const close = (run) => {
    const at = open.findLastIndex(({ mark }) => mark === run || (run.length === 3 && mark[0] === run[0]));
    if (at < 0) return run;
    const { mark, place } = open[at];
    const made = element(mark.length === 2 ? "strong" : "em");
    fill(made, parts.splice(place + 1));
    parts[place] = made;
    open.length = at;
    return run.slice(mark.length);
  };
  const emphasize = (run, at) => {
    const end = at + run.length;
    const [before, after] = [text[at - 1] ?? " ", text[end] ?? " "];
    let left = run;
    if (run.length < 4 && before.trim() && !wordAfter(text, end)) {
      left = close(run);
      if (left.length < run.length) left = close(left);
    }
    const opens = left === run && run.length < 4 && after.trim() && before !== "\\" && !wordBefore(text, at);
    if (!opens) parts.push(left);
    else for (const mark of run.length < 3 ? [run] : [run.slice(1), run[0]]) start(mark);
  };

  let end = 0;
  for (let found; (MARK.lastIndex = end), (found = MARK.exec(text)); ) {
    const [mark] = found;
    const at = found.index;
    parts.push(text.slice(end, at));
    end = at + mark.length;
    if ("*_".includes(mark[0])) emphasize(mark, at);
    else {
      const make = { "`": code, "@": mention }[mark[0]] ?? link;
      const [node, length] = make(text, at, mark, people, lastTicks) ?? [mark, mark.length];
      parts.push(node);
      end = at + length;
    }
  }
  fill(parent, [...parts, text.slice(end)]);
}

// Appends parts, and adjacent texts as one node: there may be thousands.
function fill(parent, parts) {
  let words = "";
  for (const part of parts) {
    if (typeof part === "string") words += part;
    else {
      if (words) parent.append(words);
      words = "";
      parent.append(part);
    }
  }
  if (words) parent.append(words);
}

// The next three return a node and the length of its source, or undefined if there is none.

function code(text, at, run, people, lastTicks) {
  for (let from = at + run.length; lastTicks.get(run.length) > at; ) {
    const end = text.indexOf(run, from);
    for (from = end; text[from] === "`"; ) from++;
    if (from - end > run.length) continue;
    const inner = text.slice(at + run.length, end);
    return [element("code", "", /^ .*\S.* $/s.test(inner) ? inner.slice(1, -1) : inner), from - at];
  }
}

function link(text, at) {
  LINK.lastIndex = at;
  const [run] = LINK.exec(text);
  if (wordBefore(text, at) || !URL.canParse(run)) return [run, run.length];
  const shown = run.slice(0, endOfLink(run));
  const made = element("a", "", shown);
  Object.assign(made, { href: shown, target: "_blank", rel: "noopener noreferrer" });
  return [made, shown.length];
}

// Returns the end of a link, without signs that belong to the sentence, and brackets that were opened before the link.
function endOfLink(run) {
  const extra = { ")": 0, "]": 0, "}": 0 };
  for (const char of run) {
    if (char in extra) extra[char]++;
    else if ("([{".includes(char)) extra[")]}"["([{".indexOf(char)]]--;
  }
  let end = run.length;
  while (run[end - 1] in extra ? extra[run[end - 1]]-- > 0 : ".,:;!?'*_~".includes(run[end - 1])) end--;
  return end;
}

function mention(text, at, mark, { names, me, lengths }) {
  if (wordBefore(text, at)) return;
  for (const length of lengths.get(fold(text.slice(at + 1, at + 3))[0]) ?? []) {
    const end = at + 1 + length;
    const userid = names.get(fold(text.slice(at + 1, end)));
    if (userid === undefined || (wordBefore(text, end) && wordAfter(text, end))) continue;
    const made = element("span", userid === me ? "mention me" : "mention", text.slice(at, end));
    made.dataset.userid = userid;
    return [made, length + 1];
  }
}

// Maps each first letter to the lengths of the names that begin with it, the longest first.
function lengths(names) {
  const found = new Map();
  for (const { 0: first, length } of names.keys()) found.set(first, (found.get(first) ?? new Set()).add(length));
  for (const [first, several] of found) found.set(first, [...several].sort((a, b) => b - a));
  return found;
}
