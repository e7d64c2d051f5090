// All people of the place, whether they are online or not, in the order of their names.

import { open } from "./dialog.js";
import "./form.js"; // for its styles
import { botMark } from "../lib/bots.js";
import { avatar, button, element } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { everyone } from "../net/lookups.js";

// onPerson(userid, name) is called after the dialog is closed.
export function openEveryone(onPerson) {
  const content = element("div");
  const words = element("p", "words");
  const list = element("ul");
  const more = button(_("Show more"), () => request(), "wide");
  let last = null; // the id of the last one shown
  words.role = "status";
  content.append(words, list, more);
  const dialog = open(_("All people"), content, { className: "everyone" });
  request();

  async function request() {
    more.hidden = true;
    const kept = list.children.length;
    if (!kept) words.textContent = _("Looking …");
    const found = await everyone(last).catch((error) => error);
    more.hidden = !found.more && !(found instanceof Error);
    if (found instanceof Error) return (words.textContent = found.message);
    list.append(...found.users.map(item));
    last = found.users.at(-1)?.userid ?? last;
    const count = list.children.length;
    words.textContent = ngettext("%(count)s person", "%(count)s people", count, { count: found.more ? `${count}+` : count });
    (kept ? list.children[kept]?.querySelector("button") : null)?.focus();
  }

  function item({ userid, username, online }) {
    const made = element("li");
    const row = button("", () => {
      dialog.close();
      onPerson(userid, username);
    });
    row.append(avatar(userid, username), element("bdi", "name", username), ...botMark(userid));
    if (online) row.append(" ", element("span", "note", _("online")));
    made.append(row);
    return made;
  }
}
