// Private chats of several: what they are called when somebody has another name, and who has read a message there.

import { _ } from "../lib/i18n.js";
import "../lib/words.js";

const NAMED = 3; // as the server does

// people: [{userid, username}]
export const seenBy = (people) => _("Seen by %(names)s", { names: few(people.map(({ username }) => username)) });

export function followNames(store) {
  store.addEventListener("renamed", rename);
  rename();

  function rename() {
    for (const room of store.rooms.values()) {
      for (const person of room.people) person.username = store.nameOf(person.userid);
      if (room.people.length) room.name = few(room.people.map(({ username }) => username));
    }
  }
}

// The first names, and how many others there are.
function few(names) {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(", ") + (more > 0 ? ` +${more}` : "");
}
