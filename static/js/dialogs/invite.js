// The dialog that makes an invitation: for how many people, for how long and as what; then its link, and its code for a phone.

import { open } from "./dialog.js";
import { choice, form, group } from "./form.js";
import { copy } from "../lib/copy.js";
import { element, iconButton } from "../lib/dom.js";
import { dayOf, timeOf } from "../lib/format.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import { post } from "../net/api.js";

await loadStyles(new URL("../../css/account.css", import.meta.url));

// rooms: the wire names of those that it opens; `asGuest`: guests can be invited; `more`: further nodes above the form;
// `atOnce`: the link is made as the dialog opens.
export function openInvite(title, { rooms = [], asGuest = false, more = [], atOnce = false } = {}) {
  const wanted = { uses: "50", hours: "168", role: "member" };
  const pick = (name) => (value) => (wanted[name] = value);
  const many = choice(_("How many can use it"), "uses", { 1: "1", 10: "10", 50: "50" }, wanted.uses, pick("uses"));
  const long = { 24: _("a day"), 168: _("a week"), 720: _("a month") };
  const content = [
    ...more,
    group(_("How many can use it"), "", many),
    group(_("How long it holds"), "", choice(_("How long it holds"), "hours", long, wanted.hours, pick("hours"))),
  ];
  if (asGuest) {
    const roles = choice(_("They come as"), "role", { member: _("Members"), guest: _("Guests") }, wanted.role, pick("role"));
    content.push(group(_("They come as"), _("guests see only the rooms of the invitation"), roles));
  }
  const work = () => post("/invites/", { ...wanted, rooms: rooms.join(",") || null });
  const done = (made) => {
    const result = element("div", "content");
    result.append(...more, ...shown(made));
    dialog.querySelector("form").replaceWith(result);
  };
  const made = form(content, _("Make a link"), { work, done, cancel: () => dialog.close() });
  const dialog = open(title, made, { className: "form handover" });
  if (atOnce) made.requestSubmit();
}

// The link with its button, its code, and until when it holds.
function shown({ url, qr, expires }) {
  const line = element("div", "copying");
  const field = Object.assign(element("input"), { value: url, readOnly: true, ariaLabel: _("Link of the invitation") });
  const copier = iconButton("copy", _("Copy the link"), () => copy(url, copier));
  const code = Object.assign(element("img"), { src: qr, alt: _("The link as a code for the camera of a phone") });
  const until = new Date(expires);
  const box = element("div", "code");
  line.append(field, copier);
  box.append(code);
  field.addEventListener("focus", () => field.select());
  requestAnimationFrame(() => field.focus());
  return [line, box, element("p", "words", _("It holds until %(day)s, %(time)s.", { day: dayOf(until), time: timeOf(until) }))];
}
