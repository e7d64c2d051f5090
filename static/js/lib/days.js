// A field for a day.

import { element } from "./dom.js";

export function dayField(text, onChange) {
  const label = element("label", "chip");
  const field = Object.assign(element("input"), { type: "date", onchange: onChange });
  label.append(text, field);
  return label;
}

// The moment at which the day begins here; undefined without one.
export function instantOf(label) {
  const { value } = label.lastElementChild;
  const date = new Date(`${value}T00:00`);
  return isNaN(date) ? undefined : date.toISOString();
}
