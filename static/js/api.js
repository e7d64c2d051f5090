// The server's JSON requests. Throws ApiError for an answer that is an error, something else when there is none.

const PATIENCE = 20_000; // milliseconds, for an answer

export class ApiError extends Error {
  constructor(status, code, detail, wait) {
    super(detail);
    this.status = status;
    this.code = code;
    this.wait = wait; // seconds, when the server says how long
  }
}

export function postMessage(fields) {
  return request("/msg_send/", {
    method: "POST",
    headers: { "X-CSRFToken": cookie("csrftoken") },
    body: new URLSearchParams(fields),
  });
}

export function history(room, position = {}) {
  return request(`/history/?${new URLSearchParams({ room, ...position })}`);
}

// Why a socket is refused: a page cannot see the status of a failed handshake.
export async function whyNoSocket() {
  try {
    await request("/chat/");
  } catch (error) {
    if (error instanceof ApiError) return error.code;
  }
  return "unreachable";
}

async function request(url, options = {}) {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(url, { ...options, signal, credentials: "same-origin", cache: "no-store" });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new ApiError(
    response.status,
    body.error ?? "unavailable",
    body.detail ?? `The server answered ${response.status}.`,
    Number(response.headers.get("Retry-After")) || undefined,
  );
}

function cookie(name) {
  const entry = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return entry ? decodeURIComponent(entry.slice(name.length + 1)) : "";
}
