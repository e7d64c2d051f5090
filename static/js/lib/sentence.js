// Sentences with elements in them, such as names: they stand where a translation has their places.

import { locale } from "./i18n.js";

const list = new Intl.ListFormat(locale, { type: "conjunction" });

// `text`: translated, with places such as %(who)s. parts: names of places to nodes or texts.
export function sentence(text, parts) {
  const made = document.createDocumentFragment();
  for (const [index, piece] of text.split(/%\((\w+)\)s/).entries()) made.append(index % 2 ? parts[piece] : piece);
  return made;
}

// Lists nodes, or texts, as a language does: "Ann, Bob and Cem".
export function listed(nodes) {
  const made = document.createDocumentFragment();
  const rest = [...nodes];
  for (const { type, value } of list.formatToParts(nodes.map(String))) made.append(type === "element" ? rest.shift() : value);
  return made;
}
