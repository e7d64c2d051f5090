// Asks before a room is left. The last owner first chooses another one.

import { confirm } from "./confirm.js";
import { changeMember, roomOf } from "../net/rooms.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// `title`: of the room; leave() leaves it; refused(words).
export async function askToLeave(room, title, { userid, leave, refused }) {
  const isPrivate = room.kind === "private";
  const back = isPrivate ? _("Only who is added can come back.") : _("You can come back at any time.");
  const words = [element("p", "", `${_("You will get no more messages of %(room)s.", { room: title })} ${back}`)];
  const heirs = room.role === "owner" ? await heirsOf(room, userid) : [];
  const chosen = element("select");
  if (heirs.length) {
    const label = element("label", "labelled");
    label.append(element("span", "", _("New owner")), chosen);
    chosen.append(...heirs.map(({ userid: heir, username }) => new Option(username, heir)));
    words.push(element("p", "", _("You are its last owner: choose who owns it from now on.")), label);
  }
  confirm(_("Leave the room"), words, _("Leave"), async () => {
    try {
      if (heirs.length) await changeMember(room.room, { userid: chosen.value, role: "owner" });
      leave();
    } catch ({ message }) {
      refused(message);
    }
  });
}

// The members who can own the room once its last owner has left: none if there is another owner. Owners come first.
async function heirsOf({ room }, userid) {
  const { people } = await roomOf(room).catch(() => ({ people: [] })); // the server refuses a last owner
  const others = people.filter((person) => person.userid !== userid);
  return others.some(({ role }) => role === "owner") ? [] : others;
}
