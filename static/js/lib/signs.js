// The small signs of a room, in the list and in the header.

import { $, element, icon } from "./dom.js";
import { _ } from "./i18n.js";

// Makes signs with the words that a screen reader has for them. words: names of icons to words; without words, no sign.
export function signs(words) {
  const shown = Object.entries(words).filter(([, text]) => text);
  if (shown.some(([name]) => !$(`icon-${name}`))) import("./icons.js");
  return shown.flatMap(([name, text]) => [icon(name, "icon small"), element("span", "unseen", text)]);
}

// The signs of a room's doors.
export function doors({ kind, frozen }) {
  return { lock: kind === "private" && _("private"), frost: frozen && _("frozen") };
}
