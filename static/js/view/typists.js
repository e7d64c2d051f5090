// Says who is typing in the open room.

import { $ } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import "../lib/words.js";

const MOST = 3; // names

export function drawTyping(store) {
  const names = store.typing(store.current);
  const words = names.length > MOST
    ? _("Several people are typing …")
    : ngettext("%(who)s is typing …", "%(who)s are typing …", names.length, { who: names.join(_(", ")) });
  $("typing").textContent = names.length ? words : "";
}
