// The socket: opens it, greets, and comes back with growing, jittered pauses. Knows nothing of what is said.

import { whyNoSocket } from "./api.js";

const FIRST_PAUSE = 500; // milliseconds, doubled with each failure
const LONGEST_PAUSE = 20_000;
const RESTART_SPREAD = 3_000; // everyone is cut off at once when the server restarts: do not come back at once
const RESTART = 1012;

// Close codes after which coming back is of no use until the person has done something.
const FINAL = { 4001: "signed_out", 4002: "account_closed", 4003: "too_many" };

// Events: "state" (detail: {name, until?}) and "frame" (detail: the frame).
export class Connection extends EventTarget {
  #greeting;
  #socket = null;
  #failures = 0;
  #timer = 0;

  // greeting() returns the hello to send once the socket is open.
  constructor(greeting) {
    super();
    this.#greeting = greeting;
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.retry();
    });
  }

  open() {
    this.#state("connecting");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/chat/`);
    this.#socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify(this.#greeting())));
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === 0) {
        this.#failures = 0;
        this.#state("online");
      }
      this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
    });
    socket.addEventListener("close", ({ code }) => this.#closed(code));
  }

  // Do not wait for the pause to end.
  retry() {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.open();
  }

  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  async #closed(code) {
    if (FINAL[code]) return this.#state(FINAL[code]);
    this.#state("lost");
    const reason = await whyNoSocket();
    if (reason === "not_signed_in") return this.#state("signed_out");
    const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures++);
    const pause = code === RESTART ? Math.random() * RESTART_SPREAD : ceiling * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.retry(), pause);
    this.#state(reason === "unavailable" ? "full" : "lost", Date.now() + pause);
  }

  #state(name, until) {
    this.dispatchEvent(new CustomEvent("state", { detail: { name, until } }));
  }
}
