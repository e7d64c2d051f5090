// Tells of messages while no tab of the person can be seen: for each one desktop notification and one tone, by one of
// the tabs. Web Locks decide which; over plain HTTP there are none, and tabs learn of each other a little later.

import { _ } from "../lib/i18n.js";
import { ring } from "./tone.js";

const PAUSE = 2_000; // milliseconds between two notifications of one room, and between two tones
const COURTESY = 300; // by which a tab that may make no sound lets the others go first
const BELIEVED = 600_000; // how long the last id that was told counts: a new database starts at 1 again
const MOST_CHARS = 200; // of a message

const { locks } = navigator;

export class Teller {
  #notifier;
  #onOpen;
  #latest = new Map(); // by room: what this tab has yet to tell; null while it pauses
  #shown = new Map(); // notifications by room

  constructor(notifier, onOpen) {
    this.#notifier = notifier;
    this.#onOpen = onOpen;
    document.addEventListener("visibilitychange", () => {
      if (isVisible()) for (const shown of this.#shown.values()) shown.close();
    });
  }

  // The tab that gets the room's lock speaks, and keeps it while it pauses; the others are silent.
  async tell(message) {
    const { room, id } = message;
    if (isVisible()) return this.#claim(room, id);
    const asked = this.#latest.has(room);
    this.#latest.set(room, message);
    if (asked) return;
    if (!locks || (this.#notifier.sound && !mayRing())) await sleep(COURTESY);
    const speak = (lock) => (lock ? this.#speak(room) : this.#latest.delete(room));
    if (locks) await locks.request(this.#notifier.key(`tell.${room}`), { ifAvailable: true }, speak);
    else await speak(true);
  }

  async #speak(room) {
    for (let message; (message = this.#latest.get(room)); ) {
      this.#latest.set(room, null);
      if (!this.#claim(room, message.id) || (await this.#seen())) continue;
      if (this.#notifier.mayShow) this.#show(message);
      this.#ring();
      await sleep(PAUSE);
    }
    this.#latest.delete(room);
  }

  // False: this message was told before, here or in another tab.
  #claim(room, id) {
    const key = this.#notifier.key(`told.${room}`);
    const [last, when] = JSON.parse(localStorage.getItem(key) ?? "[0, 0]");
    if (id <= last && Date.now() - when < BELIEVED) return false;
    localStorage.setItem(key, JSON.stringify([id, Date.now()]));
    return true;
  }

  // Whether the person has any of their tabs before them.
  async #seen() {
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

  #ring() {
    const key = this.#notifier.key("rang");
    const rang = Number(localStorage.getItem(key));
    if (!this.#notifier.sound || !mayRing() || Math.abs(Date.now() - rang) < PAUSE) return;
    localStorage.setItem(key, Date.now());
    ring();
  }
}

const isVisible = () => document.visibilityState === "visible";

// Browsers let a page make a sound once somebody has touched it.
const mayRing = () => navigator.userActivation?.hasBeenActive ?? true;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
