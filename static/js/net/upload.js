// Sends a file to the server: all of it in one request, or piece after piece. Throws ApiError if the server refuses it, and
// another error if no answer has come.

import { csrf, post, refusal, request } from "./api.js";

const SILENCE = 60_000; // milliseconds without progress or an answer, after which a request is given up
const BUFFERED = 512 * 1024; // bytes that this machine may still have to send when the browser says that all is sent
const SLOWEST = 1024; // bytes a second
const CODES = { 413: "too_large", 429: "too_fast", 507: "no_space" }; // of a proxy, which sends no JSON

// Sends a whole file. Returns what the server knows of it: {id, name, size, type, width?, height?}.
// options: onProgress(bytes: so many are on their way), signal (ends it)
export function sendWhole(file, options) {
  const form = new FormData();
  form.append("file", file);
  return transfer("/files/", form, options);
}

// Begins an upload in pieces. Returns {id, offset}; the first piece begins there.
export const begin = ({ name, size }) => post("/files/", { name, size });

// Returns {id, offset}: the server has so many bytes; once it has the file, also all that sendWhole() returns.
export const position = (id) => request(`/files/${id}/`);

// Sends the bytes from `offset` on. Returns what position() does. A refusal because of a wrong offset names the right one.
export const sendPiece = (id, offset, piece, options) => transfer(`/files/${id}/?offset=${offset}`, piece, options);

// Makes the server forget an upload that is in no message.
export const discard = (id) => post(`/files/${id}/`, { discard: 1 });

// fetch() cannot say how far a body has come.
function transfer(url, body, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    let timer = 0;
    const end = () => sending.abort();
    const wait = (more = 0) => {
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE + more);
    };
    sending.open("POST", url);
    sending.responseType = "json";
    sending.setRequestHeader("X-CSRFToken", csrf());
    if (body instanceof Blob) sending.setRequestHeader("Content-Type", "application/octet-stream");
    sending.upload.addEventListener("progress", ({ loaded }) => {
      wait();
      onProgress(loaded);
    });
    sending.upload.addEventListener("load", ({ loaded }) => wait((1_000 * Math.min(loaded, BUFFERED)) / SLOWEST));
    sending.addEventListener("load", () => {
      const { status, response } = sending;
      const isGood = status >= 200 && status < 300;
      if (isGood && response) resolve(response);
      else if (!isGood) {
        const error = refusal(status, response ?? unsaid(status), sending.getResponseHeader("Retry-After"));
        reject(Object.assign(error, { offset: response?.offset }));
      }
    });
    sending.addEventListener("loadend", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      reject(new Error(url)); // of no effect after an answer
    });
    signal.addEventListener("abort", end);
    wait();
    sending.send(body);
  });
}

// Stands for the body of a refusal that has none. What the client did wrong does not pass.
const unsaid = (status) => ({ error: CODES[status] ?? (status < 500 ? "bad_input" : undefined) });
