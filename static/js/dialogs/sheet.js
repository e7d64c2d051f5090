// A sheet from below, with what can be done: a row each.

import { open } from "./dialog.js";
import { button, element, icon } from "../lib/dom.js";

// `title`: one line. rows: [{name: of an icon, words, act()}]; one that `isLast` stands apart, at the end. The sheet is closed
// before act() is called.
export function openSheet(title, rows) {
  const content = element("div");
  for (const { name, words, act, isLast } of rows) {
    const row = button("", () => {
      dialog.close();
      act();
    }, isLast ? "row last" : "row");
    row.append(icon(name), words);
    content.append(row);
  }
  const dialog = open(title, content, { className: "sheet" });
}
