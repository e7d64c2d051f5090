// The stream of GET /events/ in the shape of a WebSocket: a hello opens it, and its events come as messages.

export const HELLO_BYTES = 1_500; // of a hello, which becomes part of an address: there its signs take three letters each
const SILENCE = 40_000; // milliseconds: the server sends something each 15 s
const LOST = 1006; // the code of a WebSocket that ends without one

export class EventStream extends EventTarget {
  readyState = WebSocket.OPEN; // it takes a hello
  #server;
  #reading = null; // ends the stream that is read
  #latest = 0;

  // `server`: as requestsTo() returns it.
  constructor(server) {
    super();
    this.#server = server;
  }

  // False: there is no way for this frame.
  send(text) {
    const frame = JSON.parse(text);
    if (frame.type === "hello") this.#read(frame);
    else if (frame.type !== "ping") return false;
    else if (Date.now() - this.#latest < SILENCE) setTimeout(() => this.#say('{"type":"pong"}'));
    return true;
  }

  close() {
    this.readyState = WebSocket.CLOSED;
    this.#reading?.abort();
  }

  async #read({ last, ...hello }) {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    delete hello.type;
    const query = new URLSearchParams(last ? { ...hello, last: JSON.stringify(last) } : hello);
    const options = { headers: { Accept: "text/event-stream" }, signal: reading.signal };
    try {
      const answer = await this.#server.ask(`/events/?${query}`, options);
      if (answer.ok) await this.#follow(answer.body);
    } catch {
      // It was cut off, or ended from here.
    }
    if (reading === this.#reading && this.readyState === WebSocket.OPEN) this.#end();
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

  // An event: lines, of which those with `data: ` have a frame. A comment has none.
  #take(event) {
    const lines = event.split("\n").filter((line) => line.startsWith("data:"));
    if (lines.length) this.#say(lines.map((line) => line.slice(5)).join("\n"));
  }

  #say(data) {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  #end() {
    this.close();
    this.dispatchEvent(Object.assign(new Event("close"), { code: LOST }));
  }
}
