// A client of the chat for programs and pages: it needs no document. Node 22 and browsers can import this file as it lies.
//
//   import { Client } from "https://chat.example/static/js/client/client.js"; // a page of the same host, or a copy
//   const chat = new Client({ url: "https://chat.example", token });
//   chat.addEventListener("event", ({ detail: { type, data } }) => console.log(type, data.room, data.seq, data.msg));
//   chat.connect();
//   const { seq } = await chat.send({ room: "ops", txt: "deployed" });

import { Connection } from "./connection.js";
import { Cursors } from "./cursors.js";
import { Outgoing } from "./outgoing.js";
import { ApiError, requestsTo } from "./requests.js";
import { EventStream, HELLO_BYTES, LOST } from "./stream.js";

export { ApiError };

const FINAL = new Set(["signed_out", "account_closed", "too_many"]); // states that end by themselves no more
const WORDS = {
  silent: () => "The server does not answer.",
  answered: (status) => `The server answered ${status}.`,
};

// Events: "event" (detail: a frame of a room's log, {type, data}: each once, in the order of the room), "state" (detail:
// {name, until?, detail?, streams}), "reset" (detail: {room}: its numbers began again), "refused" (detail: an `error` frame) and
// "frame" (detail: any frame).
export class Client extends EventTarget {
  state = "closed"; // or: connecting, online, lost, offline, restarting, refused, signed_out, account_closed, too_many
  #server;
  #headers; // of every request, for a program
  #cursors;
  #connection = null;
  #outgoing;
  #queues = new Set(); // of events that events() has not returned yet
  #answers = new Map(); // cids to the functions that end the promises of send()

  // url: the server's. token: of a program; without it a page's session counts, and csrf() must return its token for POSTs.
  // rooms: the names of those whose events are wanted, which are joined if need be; without it all of the person's. from: "now",
  // "start" (of each room), or a `position` that was kept.
  constructor({ url, token, csrf, rooms, from = "now" }) {
    super();
    this.#headers = token && { Authorization: `Bearer ${token}` };
    const headers = () => this.#headers;
    const ofPost = csrf && (() => ({ "X-CSRFToken": csrf() }));
    this.#server = requestsTo(url.replace(/\/+$/, ""), { ...WORDS, headers, ofPost });
    this.#cursors = new Cursors(rooms, from);
    this.#outgoing = new Outgoing(this.#server.send);
    this.#outgoing.addEventListener("change", ({ detail }) => this.#answered(detail));
  }

  // How far the program has taken the events: {epoch, last}. One that keeps it gives it as `from` another time.
  get position() {
    const { epoch, last } = this.#cursors.position;
    const isBefore = ({ room, seq }) => seq <= last[room];
    for (const { data } of [...this.#queues].flat()) if (isBefore(data)) last[data.room] = data.seq - 1;
    return { epoch, last };
  }

  connect() {
    if (this.#connection) return;
    const connection = new Connection(this.#server, (bytes) => this.#cursors.hello(bytes));
    this.#connection = connection;
    if (this.#headers) connection.make = () => this.#makeSocket();
    connection.addEventListener("state", ({ detail }) => this.#changed(detail));
    connection.addEventListener("frame", ({ detail }) => this.#take(detail));
    connection.open();
  }

  // Ends the connection; what send() has been given is still sent.
  close() {
    const connection = this.#connection;
    this.#connection = null;
    connection?.end("closed");
  }

  // Sends a message: {txt, room} (without it the lobby) or {txt, userto}, and optionally reply, files (a list of ids); or a change:
  // {type: "edit", room, seq, txt}, {type: "delete", room, seq}. Tries again until the server has stored it once, or refuses it.
  // Returns {room, seq, id}; throws ApiError.
  send({ type, files, ...fields }) {
    const isPrivate = fields.userto !== undefined;
    const sent = { type: type ?? (isPrivate ? "0" : "1"), ...fields, files: files?.join() };
    return new Promise((resolve, reject) => {
      const cid = this.#outgoing.add(fields.room, sent, "new");
      this.#answers.set(cid, { resolve, reject });
      this.#outgoing.retry(cid);
    });
  }

  // Moves one's read mark.
  read(room, seq) {
    return this.frame({ type: "read", room, seq });
  }

  typing(room) {
    return this.frame({ type: "typing", room });
  }

  // Joins a room; if `after` is given, its events come again after that number.
  open(room, after) {
    if (after === undefined) return this.frame({ type: "join", room });
    this.#cursors.rewind(room, after);
    return this.#askFurther();
  }

  // Sends any frame of the wire. False: there is no way for it now.
  frame(frame) {
    return this.#connection?.send(frame) ?? false;
  }

  // A page of a room's log: {events, more}. position: {before} or {after} (numbers), limit.
  history(room, position) {
    return this.#server.history(room, position);
  }

  // Sends requests to other addresses of the wire, and returns their JSON. Throws ApiError.
  get(path, fields) {
    return this.#server.get(path, fields);
  }

  post(path, fields) {
    return this.#server.post(path, fields);
  }

  // All events from now on, until close(). Throws if the server lets nobody in any more.
  async *events() {
    const waiting = [];
    this.#queues.add(waiting);
    let wake = () => {};
    const take = ({ detail }) => {
      waiting.push(detail);
      wake();
    };
    const look = () => wake();
    this.addEventListener("event", take);
    this.addEventListener("state", look);
    try {
      for (this.connect(); ; ) {
        while (waiting.length) yield waiting.shift();
        if (FINAL.has(this.state)) throw new ApiError(401, "not_signed_in", this.state);
        if (this.state === "closed") return;
        await new Promise((resolve) => (wake = resolve));
      }
    } finally {
      this.#queues.delete(waiting);
      this.removeEventListener("event", take);
      this.removeEventListener("state", look);
    }
  }

  // A browser's WebSocket has no headers, so a token goes with the stream of events there.
  #makeSocket() {
    let socket;
    try {
      socket = new WebSocket(`${this.#server.url.replace("http", "ws")}/chat/`, { headers: this.#headers });
    } catch {
      this.#connection.helloBytes = HELLO_BYTES;
      return new EventStream(this.#server);
    }
    const lost = () => socket.dispatchEvent(Object.assign(new Event("close"), { code: LOST }));
    socket.addEventListener("error", lost); // Node's sends no "close" after a handshake that failed
    return socket;
  }

  // False: nothing is lacking, or it is asked for later.
  #askFurther() {
    const hello = this.#cursors.further(this.#connection?.helloBytes);
    return !!hello && this.frame(hello);
  }

  #changed(detail) {
    this.state = detail.name;
    if (FINAL.has(this.state)) this.#connection = null;
    if (this.state === "online") this.#outgoing.run();
    this.#emit("state", detail);
  }

  #take(frame) {
    const isEvent = this.#cursors.take(frame);
    this.#askFurther();
    if (frame.rooms && !frame.more) for (const room of this.#cursors.missing) this.open(room);
    this.#emit("frame", frame);
    if (isEvent) this.#emit("event", frame);
    else if (frame.type === "reset") this.#emit("reset", frame);
    else if (frame.type === "error") this.#emit("refused", frame);
  }

  #answered({ cid, answer, error }) {
    const promise = this.#answers.get(cid);
    if (!promise || !(answer || error)) return;
    this.#answers.delete(cid);
    this.#outgoing.drop(cid);
    if (error) promise.reject(error);
    else promise.resolve({ room: answer.room, seq: answer.seq, id: answer.id });
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
