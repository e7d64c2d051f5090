// Loads a style sheet that few need at first. Waits until it holds, or cannot be had.

import { element } from "./dom.js";

export const loadStyles = (href) =>
  new Promise((done) => {
    document.head.append(Object.assign(element("link"), { rel: "stylesheet", href, onload: done, onerror: done }));
  });
