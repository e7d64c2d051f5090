// Asks before a message is deleted: of others, with a reason.

import { confirm } from "./confirm.js";
import { askWithReason } from "./reason.js";
import { lineOf } from "../lib/attached.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// work(seq, reason: undefined without one)
export function askToDelete(message, isOwn, work) {
  const { seq, user } = message;
  const quote = element("blockquote", "", lineOf(message, 200));
  const title = _("Delete message");
  quote.dir = "auto";
  if (isOwn) return confirm(title, [element("p", "", _("Delete this message for everyone?")), quote], _("Delete"), () => work(seq));
  const question = _("Delete this message of %(name)s for everyone?", { name: user });
  askWithReason(title, [question, quote], _("Delete"), (reason) => work(seq, reason));
}
