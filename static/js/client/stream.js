// The stream of GET /events/ in the shape of a WebSocket: a hello opens it, and its events come as messages. Other frames are posted.

export const LOST = 1006; // the close code of a socket that ends without one
export const HELLO_BYTES = 1_300; // of a hello, whose signs take up to three letters each in an address of at most 4 KiB
const SILENCE = 40_000; // milliseconds: the server sends something each 15 s

export class EventStream extends EventTarget {
  readyState = WebSocket.OPEN; // it takes a hello
  #server;
  #reading = null; // ends the stream that is read
  #latest = 0; // when something came

  // `server`: as requestsTo() returns it.
  constructor(server) {
    super();
    this.#server = server;
  }

  send(text) {
    const frame = JSON.parse(text);
    if (frame.type === "hello") this.#read(frame);
    else if (frame.type !== "ping") this.#post(frame, text);
    else if (Date.now() - this.#latest < SILENCE) setTimeout(() => this.#say('{"type":"pong"}'));
  }

  close() {
    this.readyState = WebSocket.CLOSED;
    this.#reading?.abort();
  }

  async #read({ type, last, ...hello }) {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    const query = new URLSearchParams(last ? { ...hello, last: JSON.stringify(last) } : hello);
    const options = { headers: { Accept: "text/event-stream" }, signal: reading.signal };
    try {
      const answer = await this.#server.ask(`/events/?${query}`, options);
      if (answer.ok) await this.#follow(answer.body);
    } catch {
      // It was cut off, or ended from here.
    }
    if (reading === this.#reading) this.#end(LOST);
  }

  async #follow(body) {
    let rest = "";
    for (const reader = body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#latest = Date.now();
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      for (const event of events) this.#take(event);
    }
  }

  // An event: lines, one of which is `data: ` with a frame. A comment has none.
  #take(event) {
    const line = event.split("\n").find((each) => each.startsWith("data:"));
    if (!line) return;
    const data = line.slice(5);
    const { type, code } = JSON.parse(data);
    if (type === "close") this.#end(code);
    else this.#say(data);
  }

  async #post({ cid }, frame) {
    try {
      const { frames } = await this.#server.post("/events/", { frame });
      for (const each of frames) this.#say(JSON.stringify(each));
    } catch ({ code, message, wait }) {
      if (code) this.#say(JSON.stringify({ type: "error", error: code, detail: message, wait, cid, stored: false }));
    }
  }

  #say(data) {
    if (this.readyState === WebSocket.OPEN) this.dispatchEvent(new MessageEvent("message", { data }));
  }

  #end(code) {
    if (this.readyState !== WebSocket.OPEN) return;
    this.close();
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}
