// The dialog that settles a report.

import { open } from "./dialog.js";
import { form } from "./form.js";
import { reasonField, reasonIn } from "./reason.js";
import { resolve } from "../net/order.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// `id`: of the report. done() is called once it is settled, after the dialog is closed.
export function openResolve(id, done) {
  const words = element("p", "", _("It leaves the list of all who moderate here, with other reports of the same message."));
  const note = reasonField(_("optional, it stands in the record of the admins"), _("Note"));
  const close = () => dialog.close();
  const work = () => resolve(id, reasonIn(note)).catch(unlessGone);
  const finished = () => {
    close();
    done();
  };
  note.input.autofocus = true;
  const made = form([words, note.node], _("Settle"), { work, done: finished, cancel: close });
  const dialog = open(_("Settle the report"), made, { className: "form" });
}

function unlessGone(error) {
  if (error.code !== "not_found") throw error; // somebody was faster
}
