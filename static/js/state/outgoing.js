// Sends messages, edits and deletions one after the other, each with a cid of its own, until the server has accepted or
// refused it. They are kept for this tab, so a reload loses none; the server stores the same cid once.

import { ApiError, send } from "../net/api.js";

const FIRST_PAUSE = 1_000; // milliseconds
const LONGEST_PAUSE = 10_000;
const LONGEST_WAIT = 30; // seconds, for a server that names the time
const TRIES = 8; // of a server that answers, but cannot store; one that does not answer is waited for

// Events: "change" (detail: the entry). An entry: {cid, room, fields, state, files?, seq?, detail?, code?: of a refusal}; its
// state is "held" (the person may take it back), "uploading" (it waits for its files), "pending", "sent" (stored as number
// seq, not yet seen in the room), "failed" or "gone".
export class Outgoing extends EventTarget {
  #key;
  #userid;
  #held = new Set(); // cids of entries that the person may take back
  #busy = false;
  #wake = null; // ends the pause before the next try

  constructor(userid) {
    super();
    this.#userid = userid;
    this.#key = `dweb.outgoing.${userid}`;
    // Messages stored before a reload are in the history.
    const kept = this.#kept().filter(({ state }) => state !== "sent");
    this.entries = new Map(kept.map((each) => [each.cid, { ...each, state: each.state.replace("held", "pending") }]));
    // The page may end without a further word: a phone ends it while it is hidden.
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
  }

  // Those of a room, in the order in which they will be stored.
  of(room) {
    const entries = [...this.entries.values()].filter((entry) => entry.room === room);
    return entries.sort((one, other) => (one.state === "uploading") - (other.state === "uploading"));
  }

  // True: a message of this room has no place in it yet, but will have one soon.
  isSending(room) {
    return this.of(room).some(({ fields, state }) => fields.seq === undefined && !/failed|uploading/.test(state));
  }

  // The text that a message will have once its edit is stored.
  editOf(room, seq) {
    const isEdit = ({ fields, state }) => fields.seq === seq && fields.type === "edit" && state !== "failed";
    return this.of(room).findLast(isEdit)?.fields.txt;
  }

  // True: the message is deleted, or will be.
  isDeleting(room, seq) {
    return this.of(room).some(({ fields, state }) => fields.seq === seq && fields.type === "delete" && state !== "failed");
  }

  // `files`: of an entry that waits for them, what view/sending.js keeps of each.
  add(room, fields, state = "pending", files) {
    const entry = { cid: newId(), room, fields, state, files };
    this.entries.set(entry.cid, entry);
    this.#changed(entry);
    this.run();
    return entry.cid;
  }

  // Adds one that is sent after so many milliseconds, unless it is dropped before.
  hold(room, fields, time) {
    const cid = this.add(room, fields, "held");
    this.#held.add(cid);
    setTimeout(() => {
      this.#release(cid);
      this.run();
    }, time);
  }

  // Sends all that is held at once, and does not wait for its turn.
  async flush() {
    const entries = [...this.#held].map((cid) => this.#release(cid));
    await Promise.all(entries.map((entry) => this.#post(entry).catch(() => {})));
    if (entries.length) this.run(); // those that could not be sent
  }

  #release(cid) {
    const entry = this.entries.get(cid);
    if (this.#held.delete(cid)) this.#changed(Object.assign(entry, { state: "pending" }));
    return entry;
  }

  retry(cid) {
    this.update(cid, { state: "pending", detail: undefined });
  }

  update(cid, changes) {
    this.#changed(Object.assign(this.entries.get(cid), changes));
    this.run();
  }

  // Forgets an entry that is in its room, or that the person has discarded.
  drop(cid) {
    const entry = this.entries.get(cid);
    if (!entry) return;
    this.entries.delete(cid);
    this.#held.delete(cid);
    this.#changed(Object.assign(entry, { state: "gone" }));
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
        await this.#post(entry);
      } catch (error) {
        if (entry.state !== "pending") break;
        if (error.code === "not_signed_in") return false;
        if (error.code === "not_found" && entry.fields.type === "delete") this.drop(entry.cid); // somebody was faster
        else if (error instanceof ApiError && !isPassing(error, tries)) {
          const muted = error.code === "muted" && error.wait; // seconds
          this.#changed(Object.assign(entry, { state: "failed", detail: error.message, code: error.code, muted }));
        } else {
          if (error.code === "too_fast") this.#changed(Object.assign(entry, { detail: error.message }));
          await this.#pause(error.wait, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1)));
        }
      }
    }
    return true;
  }

  async #post(entry) {
    // userfrom: if another user has signed in meanwhile, the server refuses it.
    const { seq } = await send({ ...entry.fields, cid: entry.cid, userfrom: this.#userid });
    if (entry.state === "pending") this.#changed(Object.assign(entry, { state: "sent", seq, detail: undefined }));
  }

  // Waits for the seconds that the server named; otherwise for a guess, which run() may cut short.
  async #pause(seconds, milliseconds) {
    await new Promise((resolve) => {
      if (seconds === undefined) this.#wake = resolve;
      setTimeout(resolve, seconds === undefined ? milliseconds : seconds * 1000);
    });
    this.#wake = null;
  }

  #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key) ?? "[]");
    } catch {
      return [];
    }
  }

  #changed(entry) {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify([...this.entries.values()]));
    } catch {
      // Full or forbidden: entries live as long as the page.
    }
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
