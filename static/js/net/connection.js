// Opens the WebSocket, sends the greeting and reconnects after growing, jittered pauses. Does not interpret frames.

import { whyNoSocket } from "./api.js";

const FIRST_PAUSE = 500; // milliseconds, doubled with each failure
const LONGEST_PAUSE = 20_000;
const RESTART_SPREAD = 3_000; // a restart closes all sockets at once: pages reconnect at random within this time
const RESTART = 1012;
const ANSWER_TIMEOUT = 10_000;
const OPEN_TIMEOUT = 30_000; // for a handshake: many clients may connect at once
const SILENCE = 60_000; // after which a page that is visible pings
const ROUND = 15_000;

// Close codes after which reconnecting is of no use until the person has done something.
const FINAL = { 4001: "signed_out", 4002: "account_closed", 4003: "too_many" };

// Events: "state" (detail: {name, until?, detail?}) and "frame" (detail: the frame). States: connecting, online, lost,
// offline (this device has no network), restarting, refused (`detail` says why), and those of FINAL.
export class Connection extends EventTarget {
  #greeting;
  #socket = null; // null while there is none
  #failures = 0;
  #timer = 0; // runs until the next try
  #silence = 0; // runs until an answer is overdue
  #last = 0; // the time of the last frame

  // greeting() returns the hello to send once the socket is open.
  constructor(greeting) {
    super();
    this.#greeting = greeting;
    window.addEventListener("online", () => this.check());
    document.addEventListener("visibilitychange", () => {
      if (isVisible()) this.check();
    });
    setInterval(() => {
      if (isVisible() && !this.#silence && Date.now() - this.#last > SILENCE) this.#request({ type: "ping" });
    }, ROUND);
  }

  open() {
    this.#state("connecting");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/chat/`);
    this.#socket = socket;
    this.#expect(OPEN_TIMEOUT);
    socket.addEventListener("open", () => socket === this.#socket && this.#request(this.#greeting()));
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#received(JSON.parse(data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket === this.#socket) this.#closed(code);
    });
  }

  // Reconnects now if the connection is lost, or else requests an answer: after a computer has slept, a connection may
  // only seem to be open.
  check() {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.open();
    } else if (!this.#silence) this.#request(this.#greeting());
  }

  // False: there is no connection.
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #request(frame) {
    if (this.send(frame)) this.#expect(ANSWER_TIMEOUT);
  }

  #expect(timeout) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#socket?.close();
      this.#closed();
    }, timeout);
  }

  #received(frame) {
    this.#answered();
    if (frame.type === 0) {
      this.#failures = 0;
      this.#state("online");
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #answered() {
    clearTimeout(this.#silence);
    this.#silence = 0;
    this.#last = Date.now();
  }

  async #closed(code) {
    this.#answered();
    this.#socket = null;
    if (FINAL[code]) return this.#state(FINAL[code]);
    const restarts = code === RESTART;
    const lost = !navigator.onLine ? "offline" : restarts ? "restarting" : "lost";
    this.#state(lost);
    const refusal = await whyNoSocket();
    if (refusal?.code === "not_signed_in") return this.#state("signed_out");
    const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures++);
    const pause = restarts ? Math.random() * RESTART_SPREAD : ceiling * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.check(), pause);
    const refused = refusal?.code === "unavailable" && !restarts;
    this.#state(refused ? "refused" : lost, Date.now() + pause, refused ? refusal.message : undefined);
  }

  #state(name, until, detail) {
    this.dispatchEvent(new CustomEvent("state", { detail: { name, until, detail } }));
  }
}

const isVisible = () => document.visibilityState === "visible";
