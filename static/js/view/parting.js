// What parts the messages of a list, and which of them stand together.

import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

const ROW = 5 * 60_000; // milliseconds within which messages of one author stand together

export function dateOf(message) {
  return (message.at ??= new Date(message.time));
}

export function together(before, message) {
  return before?.userid === message.userid && before.as === message.as && !before.what && dateOf(message) - dateOf(before) < ROW;
}

// Makes the line above a message that begins a day, the unread ones, or both.
export function parting(day, isNew) {
  const made = element("p", isNew ? "unread-line" : "day");
  made.role = "separator";
  made.ariaLabel = [day, isNew && _("New")].filter(Boolean).join(" · ");
  if (day) made.append(element("span", "", day));
  if (day && isNew) made.append(" · ");
  if (isNew) made.append(element("span", "", _("New")));
  return made;
}
