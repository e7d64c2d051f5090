// The dialog that adds people to a room.

import { open } from "./dialog.js";
import { form } from "./form.js";
import { PeopleField } from "./people_field.js";
import { changeMember } from "../net/rooms.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// isOffered(userid): the person may be added.
export function openAddPeople(room, title, isOffered) {
  const people = new PeopleField(_("People"), isOffered);
  const close = () => dialog.close();

  // One after the other: who was added stays so, and leaves the field, if a later one is refused.
  async function work() {
    for (const userid of people.ids) {
      await changeMember(room, { userid, role: "member" });
      people.remove(userid);
    }
  }

  const words = element("p", "words", _("They are in at once, can read what was said before, and the room tells them so."));
  const made = form([people.node, words], _("Add"), { work, done: close, cancel: close });
  const dialog = open(_("Add people to %(room)s", { room: title }), made, { className: "form" });
  people.focus();
}
