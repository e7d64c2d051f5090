// Uploads files, a few at a time, until the server has all of each or refuses it. A lost connection is waited for: a large
// file then goes on where it stopped.

import { ApiError } from "../net/api.js";
import { begin, discard, position, sendPiece, sendWhole } from "../net/upload.js";
import { _ } from "../lib/i18n.js";
import "../lib/words.js";

const AT_ONCE = 3; // browsers open six connections to a server: the chat needs the others
const WHOLE = 5 * 1024 * 1024; // bytes, up to which a file is sent in one request
const FIRST_PAUSE = 1_000; // milliseconds, doubled with each failure
const LONGEST_PAUSE = 30_000;
const LONGEST_WAIT = 60; // seconds, for a server that names the time
const TRIES = 8; // of a server that answers, but cannot take it; one that does not answer is waited for

let made = 0;

// A file on its way. Its state is "waiting" (for its turn), "going", "paused" (for the connection), "done", "failed"
// (`detail` says why) or "gone".
export class Upload {
  key = String(++made);
  sent = 0; // bytes
  state = "waiting";
  detail = "";
  control = new AbortController();
  wake = () => {}; // ends a pause
  #url = "";

  // about: {name, size, type, modified, id?, done?, width?, height?}
  constructor(about, file = null) {
    this.about = about;
    this.file = file; // null: a former page had it
  }

  get isDone() {
    return this.state === "done";
  }

  // From 0 to 100.
  get percent() {
    return this.isDone ? 100 : Math.min(99, Math.floor((100 * this.sent) / (this.about.size || 1)));
  }

  // The address of a picture that this page has; "" for none. SVG is a document, and waits for the server's word.
  get url() {
    if (this.file && /^image\/(?!svg)/.test(this.file.type)) this.#url ||= URL.createObjectURL(this.file);
    return this.#url;
  }

  release() {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
  }
}

// Events, with the upload as their detail: "change" (of its state, or the server has named it) and "progress".
export class Uploads extends EventTarget {
  #pieceBytes;
  #waiting = [];
  #going = new Set();

  constructor(pieceBytes) {
    super();
    this.#pieceBytes = pieceBytes;
    addEventListener("online", () => this.wake());
  }

  get busy() {
    return this.#waiting.length + this.#going.size > 0;
  }

  add(file) {
    return this.#start(new Upload(describe(file), file));
  }

  // Takes over an upload of a former page: the server is asked if it still has it, or it has to be chosen again. `isTaken`:
  // it is in a message that the page sends, so that the server is not asked.
  restore(about, isTaken = false) {
    const upload = new Upload(about);
    if (isTaken) return Object.assign(upload, { state: "done" });
    if (about.done) return this.#start(upload);
    const detail = _("The page was closed before it was sent. Choose the file again.");
    return Object.assign(upload, { state: "failed", detail });
  }

  // Asks the server if it still has a file; one that it does not have has failed.
  async verify(upload) {
    const code = await position(upload.about.id).then(() => "", (error) => error.code);
    if (code !== "not_found" || !upload.isDone) return;
    this.#change(upload, { about: withoutId(upload.about), state: "failed", detail: forgotten() });
  }

  // Tries again what has failed; `file` is chosen again, if this page has none. One that has changed begins anew.
  retry(upload, file = upload.file) {
    if (upload.state !== "failed") return; // it was removed or tried again while the person chose
    const { id, name, size, modified } = upload.about;
    const about = describe(file);
    const isSame = about.name === name && about.size === size && about.modified === modified;
    if (!isSame && id) discard(id).catch(() => {});
    if (file !== upload.file) upload.release();
    this.#start(Object.assign(upload, { file, about: { ...about, id: isSame ? id : undefined } }));
  }

  // Ends an upload; the server forgets it.
  drop(upload) {
    const { id } = upload.about;
    this.#end(upload);
    if (id) discard(id).catch(() => {}); // it expires
  }

  // Lets go of an upload that a message has now.
  release(upload) {
    this.#end(upload);
  }

  // The server is back.
  wake() {
    for (const upload of this.#going) upload.wake();
  }

  #end(upload) {
    this.#waiting = this.#waiting.filter((each) => each !== upload);
    this.#change(upload, { state: "gone" });
    upload.control.abort();
    upload.wake();
    upload.release();
  }

  #start(upload) {
    this.#waiting.push(upload);
    this.#change(upload, { state: "waiting", detail: "", sent: 0 });
    this.#next();
    return upload;
  }

  #next() {
    while (this.#going.size < AT_ONCE && this.#waiting.length) this.#run(this.#waiting.shift());
  }

  async #run(upload) {
    this.#going.add(upload);
    for (upload.tries = 1; upload.state !== "gone"; upload.tries++) {
      this.#change(upload, { state: "going" });
      try {
        const { id, name, size, type, width, height } = await this.#send(upload);
        if (upload.state === "gone") discard(id).catch(() => {}); // it was removed while the answer came
        else this.#change(upload, { about: { ...upload.about, id, name, size, type, width, height, done: true }, state: "done" });
        break;
      } catch (error) {
        if (upload.state === "gone") break;
        const reason = await refused(upload, error);
        if (upload.state === "gone") break;
        if (reason) {
          this.#change(upload, { state: "failed", detail: reason });
          break;
        }
        this.#change(upload, { state: error.code === "too_fast" ? "waiting" : "paused" });
        await pause(upload, error.wait);
      }
    }
    this.#going.delete(upload);
    this.#next();
    this.dispatchEvent(new CustomEvent("change", { detail: upload })); // for those who ask whether it is busy
  }

  async #send(upload) {
    const { file, about, control } = upload;
    const { size } = about;
    const options = (from) => ({ signal: control.signal, onProgress: (bytes) => this.#progress(upload, from + bytes) });
    if (about.done) return position(about.id);
    // A refusal of a whole file may be lost with the connection, but not one of a beginning.
    if (!size || (size <= WHOLE && !about.id && upload.tries === 1)) return sendWhole(file, options(0));
    let answer = about.id ? await position(about.id) : await begin(about);
    const { id } = answer;
    if (!about.id) this.#change(upload, { about: { ...about, id } });
    if (!about.id && upload.state === "gone") discard(id).catch(() => {}); // it was removed while the answer came
    for (let last = null; answer.type === undefined && answer.offset < size; ) {
      const { offset } = answer;
      if (upload.state === "gone" || offset === last) throw new Error("no progress");
      last = offset;
      this.#progress(upload, offset);
      answer = await sendPiece(id, offset, file.slice(offset, offset + this.#pieceBytes), options(offset)).catch(wrongOffset);
      if (answer.id) upload.tries = 1; // it goes on
    }
    return answer.type === undefined ? stored(id) : answer;
  }

  #progress(upload, sent) {
    upload.sent = sent;
    this.dispatchEvent(new CustomEvent("progress", { detail: upload }));
  }

  #change(upload, changes) {
    Object.assign(upload, changes);
    this.dispatchEvent(new CustomEvent("change", { detail: upload }));
  }
}

const forgotten = () => _("The server no longer has this file.");
const withoutId = (about) => ({ ...about, id: undefined, done: undefined });

// All bytes are there, but the server has not said that it has stored them: it does when it is asked.
async function stored(id) {
  const answer = await position(id);
  if (answer.type === undefined) throw new ApiError(503, "unavailable", _("The server could not store this file."));
  return answer;
}

const describe = ({ name, size, type, lastModified }) => ({ name, size, type, modified: lastModified });

// The answer to a piece that stands elsewhere: the place from which to go on.
function wrongOffset(error) {
  if (error.code !== "conflict" || !(error.offset >= 0)) throw error;
  return { offset: error.offset };
}

// Returns the reason for which an upload cannot go on; "" if it can be tried again.
async function refused(upload, error) {
  const { about, file, tries } = upload;
  if (!(error instanceof ApiError)) {
    const isReadable = !file || (await file.slice(0, 1).arrayBuffer().then(() => true, () => false));
    return isReadable ? "" : _("It cannot be read. Choose the file again; a folder cannot be sent.");
  }
  const isLost = error.code === "not_found" && about.id; // it has expired: it begins anew
  if (isLost) upload.about = withoutId(about);
  if (isLost && !file) return forgotten();
  if (error.code === "too_fast") return error.wait > LONGEST_WAIT ? error.message : "";
  return (isLost || error.code === "unavailable") && tries < TRIES ? "" : error.message;
}

// Waits for the seconds that the server named; otherwise for a guess, which ends early if the connection is back.
async function pause(upload, seconds) {
  const guess = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (upload.tries - 1));
  await new Promise((resolve) => {
    upload.wake = () => (seconds === undefined || upload.state === "gone") && resolve();
    setTimeout(resolve, seconds === undefined ? guess * (0.5 + Math.random() / 2) : seconds * 1000);
  });
}
