// Renders the words of one block of a message: emphasis, code, links and mentions. Makes nodes only.

import { element } from "./dom.js";

const MARK = /`+|\*+|_+|~+|@|\[|https?:\/\/(?=[\p{L}\p{N}[])/giu;
// Ends at the first space, bracket of HTML, quotation mark, Chinese sign or control of direction.
const LINK = /[^\s<>"`\u200e\u200f\u2018-\u2026\u202a-\u202e\u2066-\u2069\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f]+/y;
const GROUPS = ["@all", "@here"];
const NAMED = /\[([^[\]\n]{1,200})\]\((https?:\/\/[^\s()<>"`\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,1000})\)/iy;
// Words that may look like an address, and signs that change how words look.
const ADDRESS = /[.:/\u3002\uff0e\uff61\uff1a\uff0f]/;
const HIDDEN = /[[\p{Cf}]--[\u200d]]/v; // the joiner of emoji is none
// A letter of a script that puts spaces between words.
const LETTER = /^[[\p{L}\p{N}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}]]/v;

export const wordBefore = (text, at) => LETTER.test([...text.slice(Math.max(0, at - 2), at)].at(-1) ?? "");
const wordAfter = (text, at) => LETTER.test(text.slice(at, at + 2));
// Without case and width, as the server looks for names.
export const fold = (text) => text.normalize("NFKC").toLocaleLowerCase();

// `people`: {names, me, lengths}, see render() and lengths(). Renders marks in one pass: a mark without a partner causes
// no second pass over the text after it.
export function inline(parent, text, people) {
  const parts = [];
  let open = []; // marks, each at most once, so elements are at most five deep: {mark, place: in parts}
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
    const made = element(mark === "~~" ? "s" : mark.length === 2 ? "strong" : "em");
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
    if ("*_".includes(mark[0]) || mark === "~~") emphasize(mark, at);
    else if (mark[0] === "~") parts.push(mark);
    else {
      const make = { "`": code, "@": mention, "[": namedLink }[mark[0]] ?? link;
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

// The next four return a node and the length of its source, or undefined if there is none.

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
  return [anchor(shown, shown), shown.length];
}

// [words](address). Words that may look like an address have the host behind them: they could name another one.
function namedLink(text, at) {
  NAMED.lastIndex = at;
  const [all, words, address] = NAMED.exec(text) ?? [];
  if (!all || !words.trim() || HIDDEN.test(words) || !URL.canParse(address)) return;
  const made = anchor(ADDRESS.test(words) ? `${words} (${new URL(address).host})` : words, address);
  made.title = address;
  return [made, all.length];
}

function anchor(words, address) {
  return Object.assign(element("a", "", words), { href: address, target: "_blank", rel: "noopener noreferrer" });
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

function mention(text, at, mark, { names, me, lengths, left }) {
  if (wordBefore(text, at) || left.mentions-- <= 0) return;
  const group = GROUPS.find((word) => fold(text.slice(at, at + word.length)) === word && !wordAfter(text, at + word.length));
  for (const length of lengths.get(fold(text.slice(at + 1, at + 3))[0]) ?? []) {
    const end = at + 1 + length;
    if (length < group?.length) break; // a longer name counts
    const userid = names.get(fold(text.slice(at + 1, end)));
    if (userid === undefined || (wordBefore(text, end) && wordAfter(text, end))) continue;
    const made = element("bdi", userid === me ? "mention me" : "mention", text.slice(at, end));
    made.dataset.userid = userid;
    return [made, length + 1];
  }
  if (group) return [element("bdi", group === "@all" ? "mention me" : "mention me here", text.slice(at, at + group.length)), group.length];
}

// Maps each first letter to the lengths of the names that begin with it, the longest first.
export function lengths(names) {
  const found = new Map();
  for (const { 0: first, length } of names.keys()) found.set(first, (found.get(first) ?? new Set()).add(length));
  for (const [first, several] of found) found.set(first, [...several].sort((a, b) => b - a));
  return found;
}
