// Formats dates and times in the person's language and time zone.

import { _, locale } from "./i18n.js";

const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
const thisYear = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const otherYear = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export const timeOf = (date) => clock.format(date);
export const fullTime = (date) => full.format(date);

export function dayOf(date) {
  const now = new Date();
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return _("Today");
  if (days === 1) return _("Yesterday");
  return (date.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(date);
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
