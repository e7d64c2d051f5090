// Makes a piece of a text around the words that were searched, with these marked. Words match as on the server:
// without case, width and accents; as beginnings of longer ones; anywhere in scripts written without spaces.

import { element } from "./dom.js";

const BEFORE = 40; // characters
const MOST = 200;

const SCRIPTS = ["Han", "Hira", "Kana", "Hang", "Thai", "Laoo", "Mymr", "Khmr"]; // written without spaces
const UNSPACED = `[${SCRIPTS.map((script) => `\\p{scx=${script}}`).join("")}]`;
const SPACED = String.raw`[[\p{L}\p{N}\p{M}]--${UNSPACED}]`;
const WORDS = new RegExp(`${UNSPACED}+|${SPACED}+`, "gv");
const PREFIX = 3; // characters; a shorter word matches as a whole

export function snippet(text, q) {
  const made = element("span", "snippet");
  const chars = [...text];
  const found = marks(chars, q);
  const start = found.length && found[0][0] > BEFORE * 2 ? found[0][0] - BEFORE : 0;
  const end = Math.min(chars.length, start + MOST);
  let at = start;
  made.append(start ? "… " : "");
  for (const [from, to] of found.filter(([from]) => from < end)) {
    made.append(chars.slice(at, from).join(""), element("mark", "", chars.slice(from, to).join("")));
    at = to;
  }
  made.append(chars.slice(at, end).join(""), end < chars.length ? " …" : "");
  made.dir = "auto";
  return made;
}

// The places of the words: [from, to) in characters, ascending.
function marks(chars, q) {
  const words = fold(q).match(WORDS);
  if (!words) return [];
  const origin = []; // of each code unit of the folded text: the character that it comes from
  let folded = "";
  chars.forEach((char, index) => {
    const plain = fold(char);
    folded += plain;
    for (let unit = 0; unit < plain.length; unit++) origin.push(index);
  });
  const sources = words.map((word) => {
    if (!new RegExp(SPACED, "v").test(word)) return word;
    return `(?<!${SPACED})${word}${[...word].length < PREFIX ? `(?!${SPACED})` : ""}`;
  });
  const matches = folded.matchAll(new RegExp(sources.sort((a, b) => b.length - a.length).join("|"), "gv"));
  return [...matches].map(({ 0: word, index }) => [origin[index], origin[index + word.length - 1] + 1]);
}

const fold = (text) => text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/gu, "").normalize("NFC");
