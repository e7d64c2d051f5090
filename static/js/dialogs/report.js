// The dialog that reports a message of somebody else.

import { open } from "./dialog.js";
import { form } from "./form.js";
import { reasonField, reasonIn } from "./reason.js";
import { report } from "../net/order.js";
import { lineOf } from "../lib/attached.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// say(words) is called once it is reported, after the dialog is closed.
export function openReport(message, { room, kind }, say) {
  const { seq, user } = message;
  const isTheirs = kind === "open" || kind === "private"; // a room with moderators of its own
  const who = isTheirs
    ? _("The moderators of this room and the admins will see it, with your name and the messages around it.")
    : _("The admins will see it, with your name and the messages around it.");
  const quote = element("blockquote", "", `${user}: ${lineOf(message, 200)}`);
  const reason = reasonField(_("optional"));
  const close = () => dialog.close();
  const done = () => {
    close();
    say(isTheirs ? _("Thank you. The moderators will look at it.") : _("Thank you. The admins will look at it."));
  };
  quote.dir = "auto";
  reason.input.autofocus = true;
  const content = [quote, element("p", "words", who), reason.node];
  const made = form(content, _("Report"), { work: () => report(room, seq, reasonIn(reason)), done, cancel: close });
  const dialog = open(_("Report this message"), made, { className: "form" });
}
