// Renders a table: a line of titles, a line of dashes with as many cells, and lines of cells, all with "|" between them.

import { element } from "./dom.js";
import { inline } from "./inline.js";

const MOST = 20; // columns
const PRICE = 10; // of a table, in cells: the elements around them
const DASHES = /^\|?:?-+:?(\|:?-+:?)*\|?$/; // without spaces

// True: a table begins at this line, and `left` allows one more.
export function isTable(lines, at, { left }) {
  if (left.cells < PRICE) return false;
  if (!lines[at].includes("|") || !DASHES.test(lines[at + 1]?.replace(/[ \t]/g, ""))) return false;
  const columns = cellsOf(lines[at + 1]).length;
  return columns <= MOST && columns === cellsOf(lines[at]).length;
}

// Appends the table; returns the index of the line after it. A table ends once the message has too many cells.
export function table(parent, lines, at, people) {
  const { left } = people;
  const places = cellsOf(lines[at + 1]).map((dashes) => (dashes.endsWith(":") ? (dashes[0] === ":" ? "center" : "end") : ""));
  const made = element("table");
  const row = (line, name) => {
    const cells = cellsOf(line);
    const tr = element("tr");
    for (const [index, words] of cells.slice(0, places.length).entries()) {
      const cell = element(name, places[index]);
      inline(cell, words, people);
      cell.dir = "auto";
      tr.append(cell);
    }
    left.cells -= tr.children.length;
    return tr;
  };
  left.cells -= PRICE;
  made.createTHead().append(row(lines[at], "th"));
  const body = made.createTBody();
  for (at += 2; left.cells > 0 && lines[at]?.includes("|"); at++) body.append(row(lines[at], "td"));
  const frame = element("div", "table");
  frame.tabIndex = 0; // a keyboard can scroll it
  frame.append(made);
  parent.append(frame);
  return at;
}

// "\|" is no border, but the sign itself.
function cellsOf(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}
