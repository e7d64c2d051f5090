// Messages on their way: sent one after the other, each with a cid of its own, until the server has said yes or no.
// They are kept for this tab, so a reload loses none; the same cid again never makes a second message.

import { ApiError, postMessage } from "./api.js";

const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 10_000;
const TRIES = 8; // without an answer; then the person is asked
const PASSING = new Set(["too_fast", "unavailable"]); // errors that are worth another try

// Events: "change" (detail: the message). A message: {cid, room, txt, userto?, state, detail?}; its state is
// "pending", "sent" (stored, not yet seen on the socket) or "failed".
export class Outgoing extends EventTarget {
  #key;
  #busy = false;

  constructor(userid) {
    super();
    this.#key = `dweb.outgoing.${userid}`;
    this.messages = new Map(JSON.parse(sessionStorage.getItem(this.#key) ?? "[]").map((each) => [each.cid, each]));
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
    this.#changed({ ...message, state: "gone" });
  }

  async run() {
    if (this.#busy) return;
    this.#busy = true;
    let message;
    while ((message = [...this.messages.values()].find(({ state }) => state === "pending"))) await this.#send(message);
    this.#busy = false;
  }

  async #send(message) {
    const { cid, room, txt, userto } = message;
    const fields = userto === undefined ? { type: "1", room, txt, cid } : { type: "0", userto, txt, cid };
    for (let tries = 1; ; tries++) {
      try {
        const { seq } = await postMessage(fields);
        Object.assign(message, { state: "sent", seq });
        break;
      } catch (error) {
        const passing = !(error instanceof ApiError) || PASSING.has(error.code);
        if (!passing || tries === TRIES) {
          message.state = "failed";
          message.detail = error instanceof ApiError ? error.message : "The server cannot be reached.";
          break;
        }
        await pause(error.wait ? error.wait * 1000 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** tries));
      }
    }
    if (this.messages.has(cid)) this.#changed(message);
  }

  #changed(message) {
    sessionStorage.setItem(this.#key, JSON.stringify([...this.messages.values()]));
    this.dispatchEvent(new CustomEvent("change", { detail: message }));
  }
}

// crypto.randomUUID is withheld from pages over plain HTTP; getRandomValues is not.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
