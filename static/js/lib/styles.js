// Loads a style sheet that few need at first. Waits until it holds. One that cannot be had is tried again, after growing pauses
// and once the device has a network: without it, what it is for would push the page about. At last that is shown as it is.

import { element } from "./dom.js";

const PAUSES = [500, 1_000, 2_000, 4_000, 8_000, 16_000]; // milliseconds before the next try

export async function loadStyles(href) {
  for (const pause of PAUSES) {
    if (await load(href)) return;
    await new Promise((done) => {
      if (navigator.onLine) setTimeout(done, pause);
      else addEventListener("online", done, { once: true });
    });
  }
  await load(href);
}

function load(href) {
  const link = Object.assign(element("link"), { rel: "stylesheet", href });
  return new Promise((done) => {
    link.onload = () => done(true);
    link.onerror = () => {
      link.remove();
      done(false);
    };
    document.head.append(link);
  });
}
