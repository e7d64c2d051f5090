// Until when something lasts, and since when it is over, in words.

import { timeOf } from "./format.js";
import { _, locale } from "./i18n.js";
import "./words.js";

const DAY = 86_400_000; // milliseconds
const far = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });

const midnight = () => new Date().setHours(0, 0, 0, 0);

export const untilWords = (date) => (date - midnight() < DAY ? timeOf(date) : far.format(date));

export function agoWords(date) {
  const today = midnight();
  if (date >= today) return _("today");
  if (date >= today - DAY) return _("yesterday");
  if (date >= today - 6 * DAY) return weekday.format(date);
  return (date.getFullYear() === new Date().getFullYear() ? day : full).format(date);
}
