// Loads the words of the modules that are loaded later; each of them imports this first. Until they are there, it is English.

import { $ } from "./dom.js";

const MOST = 5_000; // milliseconds for an answer
const PAUSE = 10_000; // before the next try

async function load() {
  const answer = await fetch(new URL("?late", $("words").src), { signal: AbortSignal.timeout(MOST) });
  if (!answer.ok) throw new Error(answer.statusText);
  Object.assign(globalThis.catalogue.words, await answer.json());
}

const again = () => setTimeout(() => load().catch(again), PAUSE);

await load().catch(again);
