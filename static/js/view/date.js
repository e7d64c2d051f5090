// Shows the day of what is in sight while one scrolls.

import { $, element } from "../lib/dom.js";
import { dayOf } from "../lib/format.js";
import { loadStyles } from "../lib/styles.js";
import { dateOf } from "./parting.js";

await loadStyles(new URL("../../css/date.css", import.meta.url));

const NEAR = 32; // pixels around the date at the top
const SHOWN = 1_500; // milliseconds after scrolling

const pill = Object.assign(element("p"), { id: "date", ariaHidden: "true" });
let timer = 0;

$("messages").before(pill);

// Without a message, hides it.
export function showDate(message) {
  const day = message && dayOf(dateOf(message));
  if (day && day !== pill.textContent) pill.textContent = day;
  pill.classList.toggle("shown", !!message && !isSaid());
  clearTimeout(timer);
  timer = setTimeout(() => pill.classList.remove("shown"), SHOWN);
}

// True: a line at the top of the messages says the day.
function isSaid() {
  const { top } = $("messages").getBoundingClientRect();
  const lines = [...$("messages").querySelectorAll(".day")];
  return lines.some((line) => Math.abs(line.getBoundingClientRect().top - top - NEAR / 2) < NEAR);
}
