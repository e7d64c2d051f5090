// The dialog that begins a private chat, with one person or several. The same people always have the same chat.

import { open } from "./dialog.js";
import { form } from "./form.js";
import { PeopleField } from "./people_field.js";
import { makeRoom } from "../net/rooms.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

const order = new Intl.Collator();

// online(): a Map of ids to names. One of onPerson(userid, name) and onMade(room: its wire name) is called after the dialog is
// closed.
export function openNewChat({ userid, online, onPerson, onMade }) {
  const suggested = () => [...online()].map(([userid, username]) => ({ userid, username, online: true })).sort(byName);
  const people = new PeopleField(_("People"), (each) => each !== userid, suggested);
  const words = element("p", "words", _("The same people always have the same chat: nobody is added later, and nobody leaves."));
  const close = () => dialog.close();

  async function work() {
    const { ids } = people;
    if (!ids.length) throw new Error(_("Choose at least one person."));
    return ids.length > 1 ? makeRoom({ kind: "direct", members: ids }) : null; // the first message makes one of two
  }

  function done(made) {
    const [first] = people.ids;
    close();
    if (made) onMade(made.room);
    else onPerson(first, people.nameOf(first));
  }

  const made = form([people.node, words], _("Open the chat"), { work, done, cancel: close });
  const dialog = open(_("New private chat"), made, { className: "form" });
  people.focus();
}

const byName = (one, other) => order.compare(one.username, other.username);
