// The card of a person, by their name or picture: what one can do with them.

import { openMenu } from "./menu.js";
import { $, avatar, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// person: {userid, username, note: whether they are online}. The focus goes back to `opener`; the card stands by `anchor`.
// `deeds`: further rows.
export function openPerson({ opener, anchor }, { userid, username, note }, onMessage, deeds = []) {
  const head = element("div", note === _("online") ? "head online" : "head");
  head.append(avatar(userid, username), element("bdi", "name", username), element("span", "note", note));
  const rows = [
    { name: "reply", words: _("Message"), act: onMessage },
    { name: "at", words: _("Mention"), act: () => mention(username) },
    ...(deeds.length ? [null, ...deeds.filter(Boolean)] : []),
  ];
  openMenu(opener, username, [head], rows, anchor);
}

// Types the name into the composer, as the person would: it can be undone.
function mention(username) {
  const field = $("composer").txt;
  field.focus();
  const { value, selectionStart } = field;
  const follows = selectionStart > 0 && !/\s/.test(value[selectionStart - 1]);
  document.execCommand("insertText", false, `${follows ? " " : ""}@${username} `);
}
