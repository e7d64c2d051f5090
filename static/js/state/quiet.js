// Until when the person wants no alerts, as the server says.

const LONGEST = 2 ** 31 - 1; // milliseconds that a timer can wait

// Events: "change".
export class Quiet extends EventTarget {
  until = null; // a date to come
  #timer = 0;

  // `until`: a time as the server sends it, or null.
  take(until) {
    clearTimeout(this.#timer);
    const left = until ? new Date(until) - Date.now() : 0;
    this.until = left > 0 ? new Date(until) : null;
    if (this.until) this.#timer = setTimeout(() => this.take(until), Math.min(left, LONGEST));
    this.dispatchEvent(new Event("change"));
  }
}
