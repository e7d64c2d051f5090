// Says how large a file is.

import { locale } from "./i18n.js";

const STEP = 1024;
const UNITS = ["B", "KB", "MB", "GB"];
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

export function sizeOf(bytes) {
  const unit = UNITS.findIndex((each, place) => bytes < STEP ** (place + 1) - 0.5 * STEP ** place);
  const place = unit < 0 ? UNITS.length - 1 : unit;
  const count = bytes / STEP ** place;
  return `${(place && count < 10 ? tenths : whole).format(count)} ${UNITS[place]}`;
}
