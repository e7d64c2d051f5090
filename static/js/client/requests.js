// Sends requests to the server, and reads its JSON. Throws ApiError if the answer is an error, and another error without an answer.

const TIMEOUT = 20_000; // milliseconds, for an answer
const TRIES = 3; // of a request that came too fast

export class ApiError extends Error {
  constructor(status, code, detail, wait) {
    super(detail);
    this.status = status;
    this.code = code;
    this.wait = wait; // seconds to wait, if the server named them
  }
}

// silent() and answered(status): the words for a server that does not answer, and for an answer that says nothing itself.
// headers() and ofPost(): those of every request, and those of a POST beside them.
export function requestsTo(url, { silent, answered, headers, ofPost }) {
  const ask = (path, options) =>
    fetch(url + path, { ...options, headers: { ...headers?.(), ...options.headers }, credentials: "same-origin", cache: "no-store" });

  async function request(path, options) {
    const fail = () => {
      throw new Error(silent());
    };
    const response = await ask(path, { ...options, signal: AbortSignal.timeout(TIMEOUT) }).catch(fail);
    const body = await response.json().catch(response.ok ? fail : () => ({}));
    if (response.ok) return body;
    throw refusal(response.status, body, response.headers.get("Retry-After"));
  }

  // Makes the error of an answer that is no success: its body, and the seconds to wait, if the server named them.
  const refusal = (status, { error = "unavailable", detail = answered(status) }, after) =>
    new ApiError(status, error, detail, Number(after) || undefined);

  // Waits and asks again if the server says that it was asked too often, as after scrolling through thousands of messages.
  async function get(path, fields = {}) {
    for (let tries = 1; ; tries++) {
      try {
        return await request(`${path}?${new URLSearchParams(given(fields))}`);
      } catch (error) {
        if (error.code !== "too_fast" || tries === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, error.wait * 1000));
      }
    }
  }

  const post = (path, fields, keepalive = false) =>
    request(path, { method: "POST", headers: ofPost?.(), keepalive, body: new URLSearchParams(given(fields)) });

  // Sends a message, an edit or a deletion; a deletion may be sent as the page ends.
  const send = (fields) => post("/msg_send/", fields, fields.type === "delete");

  const history = (room, position) => get("/history/", { room, ...position });

  // Requests the reason for which a socket is refused, an ApiError or null: a failed handshake does not show its status.
  const whyNoSocket = () => request("/chat/").catch((error) => (error instanceof ApiError ? error : null));

  return { url, ask, request, refusal, get, post, send, history, whyNoSocket };
}

const given = (fields) => Object.entries(fields).filter(([, value]) => value != null);
