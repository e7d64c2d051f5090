// Alerts the person to new messages while no tab of theirs is visible: one desktop notification and one tone for each,
// from one of the tabs. Web Locks show which tabs are visible; over plain HTTP there are none, and a visible tab claims
// a message before the hidden ones do.

import { _ } from "../lib/i18n.js";
import { claim } from "./claims.js";
import { playTone } from "./tone.js";
import "../lib/words.js";

const PAUSE = 2_000; // milliseconds between two notifications of one room, and between two tones
const HEAD_START = 300; // milliseconds that other tabs have before one that may play no sound, or that has no locks
const CLAIM_VALID = 600_000; // milliseconds for which the last id counts: a new database starts at 1 again
const MOST_CHARS = 200; // of a message

const { locks } = navigator;

export class Alerts {
  #notifier;
  #onOpen;
  #latest = new Map(); // rooms to the message that this tab has yet to show; null while it pauses
  #shown = new Map(); // rooms to notifications

  constructor(notifier, onOpen) {
    this.#notifier = notifier;
    this.#onOpen = onOpen;
    document.addEventListener("visibilitychange", () => {
      if (isVisible()) for (const shown of this.#shown.values()) shown.close();
    });
  }

  // Shows an alert if this tab gets the room's lock. It keeps the lock while it pauses; other tabs do nothing.
  async add(message) {
    const { room, id } = message;
    if (isVisible()) return this.#claimMessage(room, id);
    const asked = this.#latest.has(room);
    this.#latest.set(room, message);
    if (asked) return;
    if (!locks || (this.#notifier.sound && !mayPlay())) await sleep(HEAD_START);
    const work = (lock) => (lock ? this.#alert(room) : this.#latest.delete(room));
    if (locks) await locks.request(this.#notifier.key(`alert.${room}`), { ifAvailable: true }, work);
    else await work(true);
  }

  async #alert(room) {
    for (let message; (message = this.#latest.get(room)); ) {
      this.#latest.set(room, null);
      if (!(await this.#claimMessage(room, message.id)) || (await this.#isSeen())) continue;
      if (this.#notifier.mayShow) this.#show(message);
      await this.#playSound();
      await sleep(PAUSE);
    }
    this.#latest.delete(room);
  }

  // False: an alert was shown for this message, or a later one, here or in another tab.
  #claimMessage(room, id) {
    const now = Date.now();
    return claim(this.#notifier.key(`alert.${room}`), ([last, at] = [0, 0]) => (
      id > last || now - at >= CLAIM_VALID ? [id, now] : undefined
    ));
  }

  // True: the person has one of their tabs in front of them.
  async #isSeen() {
    if (isVisible()) return true;
    const { held = [] } = (await locks?.query()) ?? {};
    return held.some(({ name }) => name === this.#notifier.key("visible"));
  }

  #show({ room, title, user, text }) {
    const heading = title === user ? user : _("%(user)s in %(room)s", { user, room: title });
    const body = [...text].slice(0, MOST_CHARS).join("");
    const tag = this.#notifier.key(room);
    try {
      const shown = new Notification(heading, { body, tag, icon: this.#notifier.icon, renotify: true, silent: true });
      this.#shown.set(room, shown);
      shown.onclick = () => {
        window.focus();
        shown.close();
        this.#onOpen(room);
      };
    } catch {
      this.#notifier.refuse();
    }
  }

  async #playSound() {
    if (!this.#notifier.sound || !mayPlay()) return;
    const now = Date.now();
    const claimed = await claim(this.#notifier.key("sound"), (at = 0) => (Math.abs(now - at) < PAUSE ? undefined : now));
    if (claimed) playTone();
  }
}

const isVisible = () => document.visibilityState === "visible";

// Browsers let a page play a sound once the person has touched it.
const mayPlay = () => navigator.userActivation?.hasBeenActive ?? true;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
