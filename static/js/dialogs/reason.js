// Asks before what a moderator does to another person, with a reason that this person and the others can read.

import { confirm } from "./confirm.js";
import { textField } from "./form.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

const REASON_CHARS = 250;

// `words`: the question, and elements below it; work(reason: undefined without one).
export function askWithReason(title, [question, ...words], verb, work) {
  const reason = textField(_("Reason"), { most: REASON_CHARS, hint: _("optional, others can read it") });
  reason.input.autofocus = true;
  confirm(title, [element("p", "", question), ...words, reason.node], verb, () => work(reason.input.value.trim() || undefined));
}
