// Sends messages, edits and deletions one after the other, each with a cid of its own, until the server has accepted or
// refused it. The server stores the same cid once.

import { ApiError } from "./requests.js";

const FIRST_PAUSE = 1_000; // milliseconds
const LONGEST_PAUSE = 10_000;
const LONGEST_WAIT = 30; // seconds, for a server that names the time
const TRIES = 8; // of a server that answers, but cannot store; one that does not answer is waited for

// Events: "change" (detail: the entry). An entry: {cid, room, fields, state, files?, seq?, answer?, detail?, error?, code?: of
// a refusal}; its state is "pending", "sent" (stored as number seq, not yet seen in the room), "failed" or "gone". Entries in
// another state wait.
export class Outgoing extends EventTarget {
  entries = new Map();
  #post;
  #busy = false;
  #wake = null; // ends the pause before the next try

  // post(fields): sends them, as Requests.send() does.
  constructor(post) {
    super();
    this.#post = post;
  }

  // `files`: of an entry that waits for them, what the caller keeps of each.
  add(room, fields, state = "pending", files) {
    const entry = { cid: newId(), room, fields, state, files };
    this.entries.set(entry.cid, entry);
    this.changed(entry);
    this.run();
    return entry.cid;
  }

  retry(cid) {
    this.update(cid, { state: "pending", detail: undefined });
  }

  update(cid, changes) {
    this.changed(this.entries.get(cid), changes);
    this.run();
  }

  // Forgets an entry that is in its room, or that the person has discarded.
  drop(cid) {
    const entry = this.entries.get(cid);
    if (entry && this.entries.delete(cid)) this.changed(entry, { state: "gone" });
  }

  // Sends pending entries now: there is a new one, or the server is back.
  async run() {
    this.#wake?.();
    if (this.#busy) return;
    this.#busy = true;
    let entry;
    const isReady = ({ state, files, fields }) => state === "pending" && (!files || fields.files); // never without its files
    while ((entry = [...this.entries.values()].find(isReady))) {
      if (!(await this.#send(entry))) break;
    }
    this.#busy = false;
  }

  // False: nothing can be sent before a sign-in; entries stay pending.
  async #send(entry) {
    for (let tries = 1; entry.state === "pending"; tries++) {
      try {
        await this.post(entry);
      } catch (error) {
        if (entry.state !== "pending") break;
        const { code, wait, message } = error;
        if (code === "not_signed_in") {
          this.changed(entry, { error });
          return false;
        }
        if (code === "not_found" && entry.fields.type === "delete") this.drop(entry.cid); // somebody was faster
        else if (error instanceof ApiError && !isPassing(error, tries)) {
          const muted = code === "muted" && wait; // seconds
          this.changed(entry, { state: "failed", detail: message, code, muted, error });
        } else {
          if (code === "too_fast") this.changed(entry, { detail: message });
          await this.#pause(wait, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1)));
        }
      }
    }
    return true;
  }

  async post(entry) {
    const answer = await this.#post({ ...entry.fields, cid: entry.cid });
    if (entry.state === "pending") this.changed(entry, { state: "sent", seq: answer.seq, answer, detail: undefined });
  }

  // Waits for the seconds that the server named; otherwise for a guess, which run() may cut short.
  async #pause(seconds, milliseconds) {
    await new Promise((resolve) => {
      if (seconds === undefined) this.#wake = resolve;
      setTimeout(resolve, seconds === undefined ? milliseconds : seconds * 1000);
    });
    this.#wake = null;
  }

  changed(entry, changes) {
    Object.assign(entry, changes);
    this.dispatchEvent(new CustomEvent("change", { detail: entry }));
  }
}

function isPassing(error, tries) {
  if (error.code === "too_fast") return !(error.wait > LONGEST_WAIT); // a quota: meanwhile nothing else would be sent
  return error.code === "unavailable" && tries < TRIES;
}

// crypto.randomUUID is withheld from pages over plain HTTP; getRandomValues is not.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
