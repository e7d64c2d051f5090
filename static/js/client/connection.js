// Keeps a connection to the server: opens it, greets, and reconnects after growing, jittered pauses. Does not interpret frames.

const FIRST_PAUSE = 500; // milliseconds, doubled with each failure
const LONGEST_PAUSE = 20_000;
const RESTART_SPREAD = 3_000; // a restart closes all sockets at once: clients reconnect at random within this time
const RESTART = 1012;
const LOST = 1006; // the code of a socket that ends without one
const DEAF = 2; // sockets that fail in a row where HTTP does not: one of them may have met a restart
const ANSWER_TIMEOUT = 10_000;
const OPEN_TIMEOUT = 30_000; // for a handshake: many clients may connect at once
const SILENCE = 60_000; // after which a client that is awake pings
const ROUND = 15_000;
const PING = { type: "ping" };

// Close codes after which reconnecting is of no use until the person has done something.
const FINAL = { 4001: "signed_out", 4002: "account_closed", 4003: "too_many" };

// Events: "state" (detail: {name, until?, detail?, streams?}) and "frame" (detail: the frame). States: connecting, online, lost,
// offline (this device has no network), restarting, refused (`detail` says why), closed, and those of FINAL. `streams`: the
// server is heard over HTTP, since WebSocket does not get through.
export class Connection extends EventTarget {
  helloBytes; // how many a hello may have while the server is heard over HTTP; undefined: there are sockets
  deaf = 0; // how many sockets in a row failed while HTTP did not
  #socket = null; // null while there is none
  #failures = 0;
  #greeted = false; // the server has answered over this socket
  #timer = 0; // runs until the next try
  #silence = 0; // runs until an answer is overdue
  #last = 0; // the time of the last frame
  #round;

  // `server`: as requestsTo() returns it. greeting(helloBytes) returns the hello to send once a socket is open. isAwake(): whether to
  // look after a silent connection.
  constructor(server, greeting, isAwake = () => true) {
    super();
    Object.assign(this, { server, greeting });
    this.#round = setInterval(() => {
      if (isAwake() && !this.#silence && Date.now() - this.#last > SILENCE) this.#request(PING);
    }, ROUND);
  }

  open() {
    this.#state("connecting");
    this.#expect(OPEN_TIMEOUT);
    this.use(this.make());
  }

  // Returns a WebSocket, or what acts as one.
  make = () => new WebSocket(`${this.server.url.replace("http", "ws")}/chat/`);

  // Takes over a socket that is opening, or open.
  use(socket) {
    const on = (type, take) => socket.addEventListener(type, (event) => socket === this.#socket && take(event));
    const greet = () => this.#request(this.greeting(this.helloBytes));
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#socket?.close();
    this.#socket = socket;
    this.#greeted = false;
    on("open", greet);
    on("message", ({ data }) => this.#received(JSON.parse(data)));
    on("close", ({ code }) => this.#closed(code));
    if (socket.readyState === 1) greet();
  }

  // Reconnects now if the connection is lost, or else requests an answer: after a computer has slept, a connection may
  // only seem to be open.
  check() {
    if (this.#timer) this.open();
    else if (!this.#silence) this.#request(this.helloBytes ? PING : this.greeting());
  }

  // False: there is no connection.
  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  // Ends the connection for good, in this state.
  end(name) {
    for (const timer of [this.#round, this.#timer, this.#silence]) clearTimeout(timer);
    const socket = this.#socket;
    this.make = this.#socket = null;
    socket?.close();
    this.#state(name);
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
      this.#greeted = true;
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
    if (FINAL[code]) return this.end(FINAL[code]);
    const restarts = code === RESTART;
    const lost = globalThis.navigator?.onLine === false ? "offline" : restarts ? "restarting" : "lost";
    this.#state(lost);
    const refusal = await this.server.whyNoSocket();
    if (!this.make || this.#socket) return; // it was ended meanwhile, or has another socket
    if (refusal?.code === "not_signed_in") return this.end("signed_out");
    this.deaf = refusal?.code === "upgrade_required" && !this.#greeted && (code ?? LOST) === LOST ? this.deaf + 1 : 0;
    if (this.deaf >= DEAF) import("./fallback.js").then(({ fallBack }) => fallBack(this), () => {});
    const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures++);
    const pause = restarts ? Math.random() * RESTART_SPREAD : ceiling * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.check(), pause);
    const refused = refusal?.code === "unavailable" && !restarts;
    this.#state(refused ? "refused" : lost, Date.now() + pause, refused ? refusal.message : undefined);
  }

  #state(name, until, detail) {
    this.dispatchEvent(new CustomEvent("state", { detail: { name, until, detail, streams: !!this.helloBytes } }));
  }
}
