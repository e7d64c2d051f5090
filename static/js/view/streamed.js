// Says quietly that WebSocket does not get through to the server.

import { $ } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import "../lib/words.js";

export function hint() {
  const line = $("status");
  if (line.dataset.state === "online") line.textContent = _("WebSocket does not get through here: messages come over plain HTTP.");
}
