// The page's requests to the server.

import { ApiError, requestsTo } from "../client/requests.js";
import { _ } from "../lib/i18n.js";

export { ApiError };

export const server = requestsTo(location.origin, {
  ofPost: () => ({ "X-CSRFToken": csrf() }),
  silent: () => _("The server does not answer."),
  answered: (status) => _("The server answered %(status)s.", { status }),
});
export const { get, post, history, request, refusal, send } = server;

// The token is read each time: signing in again, in another tab, changes it.
export function csrf() {
  const name = `${document.body.dataset.csrfCookie}=`;
  const entry = document.cookie.split("; ").find((each) => each.startsWith(name));
  return entry ? decodeURIComponent(entry.slice(name.length)) : "";
}
