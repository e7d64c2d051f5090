// Sends JSON requests to the server. Throws ApiError if the answer is an error, and another error without an answer.

import { _ } from "../lib/i18n.js";

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

// Sends a message, an edit or a deletion; a deletion may be sent as the page ends.
export const send = (fields) => post("/msg_send/", fields, fields.type === "delete");

export function post(url, fields, keepalive = false) {
  const headers = { "X-CSRFToken": csrf() };
  return request(url, { method: "POST", headers, keepalive, body: new URLSearchParams(given(fields)) });
}

export const history = (room, position = {}) => get("/history/", { room, ...position });

// Requests the reason for which a socket is refused, an ApiError or null: a failed handshake does not show its status.
export async function whyNoSocket() {
  try {
    await request("/chat/");
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  return null;
}

// The token is read each time: signing in again, in another tab, changes it.
export function csrf() {
  const name = `${document.body.dataset.csrfCookie}=`;
  const entry = document.cookie.split("; ").find((each) => each.startsWith(name));
  return entry ? decodeURIComponent(entry.slice(name.length)) : "";
}

// Waits and asks again if the server says that it was asked too often, as after scrolling through thousands of messages.
export async function get(url, fields = {}) {
  for (let tries = 1; ; tries++) {
    try {
      return await request(`${url}?${new URLSearchParams(given(fields))}`);
    } catch (error) {
      if (error.code !== "too_fast" || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.wait * 1000));
    }
  }
}

const given = (fields) => Object.entries(fields).filter(([, value]) => value != null);

export async function request(url, options = {}) {
  const signal = AbortSignal.timeout(TIMEOUT);
  const silent = () => {
    throw new Error(_("The server does not answer."));
  };
  const response = await fetch(url, { ...options, signal, credentials: "same-origin", cache: "no-store" }).catch(silent);
  const body = await response.json().catch(response.ok ? silent : () => ({}));
  if (response.ok) return body;
  throw refusal(response.status, body, response.headers.get("Retry-After"));
}

// Makes the error of an answer that is no success: its body, and the seconds to wait, if the server named them.
export function refusal(status, { error = "unavailable", detail = _("The server answered %(status)s.", { status }) }, after) {
  return new ApiError(status, error, detail, Number(after) || undefined);
}
