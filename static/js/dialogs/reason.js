// Asks before what a moderator does to another person, with a reason that this person and the others can read.
// Other questions have the field alone.

import { confirm } from "./confirm.js";
import { textField } from "./form.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

const REASON_CHARS = 250;

// A field for a reason: {node, input}. `hint`: who reads it.
export const reasonField = (hint, label = _("Reason")) => textField(label, { most: REASON_CHARS, hint });

// What is typed there; undefined for nothing.
export const reasonIn = ({ input }) => input.value.trim() || undefined;

// `words`: the question, and elements below it; work(reason: undefined without one).
export function askWithReason(title, [question, ...words], verb, work) {
  const reason = reasonField(_("optional, others can read it"));
  reason.input.autofocus = true;
  confirm(title, [element("p", "", question), ...words, reason.node], verb, () => work(reasonIn(reason)));
}
