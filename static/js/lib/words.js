// Loads the words of the modules that are loaded later; each of them imports this first. Without them it is English.

import { $ } from "./dom.js";

try {
  const answer = await fetch(new URL("?late", $("words").src));
  Object.assign(globalThis.catalogue.words, await answer.json());
} catch {
  // There is no connection, or the answer is an error's.
}
