// Messages on their way: sent one after the other, each with a cid of its own, until the server has said yes or no.
// They are kept for this tab, so a reload loses none; the same cid again never makes a second message.

import { ApiError, postMessage } from "./api.js";

const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 10_000;
const TRIES = 8; // of a server that answers, but cannot store; one that does not answer is waited for

// Events: "change" (detail: the message). A message: {cid, room, txt, userto?, state, detail?}; its state is
// "pending", "sent" (stored, not yet seen on the socket), "failed" or "gone".
export class Outgoing extends EventTarget {
  #key;
  #userid;
  #busy = false;
  #wake = null; // ends the pause before the next try

  constructor(userid) {
    super();
    this.#userid = userid;
    this.#key = `dweb.outgoing.${userid}`;
    const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? "[]");
    // What was stored before a reload is in the history.
    this.messages = new Map(kept.filter(({ state }) => state !== "sent").map((each) => [each.cid, each]));
  }

  of(room) {
    return [...this.messages.values()].filter((message) => message.room === room);
  }

  add(room, txt, userto) {
    const message = { cid: newId(), room, txt, userto, state: "pending" };
    this.messages.set(message.cid, message);
    this.#changed(message);
    this.run();
  }

  retry(cid) {
    const message = this.messages.get(cid);
    Object.assign(message, { state: "pending", detail: undefined });
    this.#changed(message);
    this.run();
  }

  // The message is in its room, or the person has given it up.
  drop(cid) {
    const message = this.messages.get(cid);
    if (!message) return;
    this.messages.delete(cid);
    this.#changed(Object.assign(message, { state: "gone" }));
  }

  // Send what is pending, now: there is something new, or the server is back.
  async run() {
    this.#wake?.();
    if (this.#busy) return;
    this.#busy = true;
    let message;
    while ((message = [...this.messages.values()].find(({ state }) => state === "pending"))) {
      if (!(await this.#send(message))) break;
    }
    this.#busy = false;
  }

  // False: nothing can be sent until somebody signs in; what is pending stays so.
  async #send(message) {
    const { cid, room, txt, userto } = message;
    const to = userto === undefined ? { type: "1", room } : { type: "0", userto };
    for (let tries = 1; message.state === "pending"; tries++) {
      try {
        // userfrom: if another person has signed in meanwhile, this is not theirs to say.
        const { seq } = await postMessage({ ...to, txt, cid, userfrom: this.#userid });
        if (message.state === "pending") this.#changed(Object.assign(message, { state: "sent", seq }));
      } catch (error) {
        if (message.state !== "pending") break;
        if (error.code === "not_signed_in") return false;
        if (error instanceof ApiError && !isPassing(error, tries)) {
          this.#changed(Object.assign(message, { state: "failed", detail: error.message }));
        } else {
          await this.#pause(error.wait, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** tries));
        }
      }
    }
    return true;
  }

  // For the seconds that the server named; otherwise for a guess, which run() may cut short.
  async #pause(seconds, milliseconds) {
    await new Promise((resolve) => {
      if (seconds === undefined) this.#wake = resolve;
      setTimeout(resolve, seconds === undefined ? milliseconds : seconds * 1000);
    });
    this.#wake = null;
  }

  #changed(message) {
    sessionStorage.setItem(this.#key, JSON.stringify([...this.messages.values()]));
    this.dispatchEvent(new CustomEvent("change", { detail: message }));
  }
}

function isPassing(error, tries) {
  return error.code === "too_fast" || (error.code === "unavailable" && tries < TRIES);
}

// crypto.randomUUID is withheld from pages over plain HTTP; getRandomValues is not.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
