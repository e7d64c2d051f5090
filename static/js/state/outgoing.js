// The messages, edits and deletions that this page sends. They are kept for this tab, so a reload loses none; what the person
// may take back is held.

import * as client from "../client/outgoing.js";
import { send } from "../net/api.js";

// Of entries also: "held" (the person may take it back) and "uploading" (it waits for its files) as a state.
export class Outgoing extends client.Outgoing {
  #key;
  #held = new Set(); // cids of entries that the person may take back

  constructor(userid) {
    // userfrom: if another user has signed in meanwhile, the server refuses it.
    super((fields) => send({ ...fields, userfrom: userid }));
    this.#key = `dweb.outgoing.${userid}`;
    // Messages stored before a reload are in the history.
    const kept = this.#kept().filter(({ state }) => state !== "sent");
    for (const each of kept) this.entries.set(each.cid, { ...each, state: each.state.replace("held", "pending") });
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
    await Promise.all(entries.map((entry) => this.post(entry).catch(() => {})));
    if (entries.length) this.run(); // those that could not be sent
  }

  #release(cid) {
    const entry = this.entries.get(cid);
    if (this.#held.delete(cid)) this.changed(entry, { state: "pending" });
    return entry;
  }

  drop(cid) {
    this.#held.delete(cid);
    super.drop(cid);
  }

  #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key) ?? "[]");
    } catch {
      return [];
    }
  }

  changed(entry, changes) {
    Object.assign(entry, changes);
    try {
      sessionStorage.setItem(this.#key, JSON.stringify([...this.entries.values()]));
    } catch {
      // Full or forbidden: entries live as long as the page.
    }
    super.changed(entry);
  }
}
