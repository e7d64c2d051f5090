// What is said in a room without messages, and where there is no room, and what there is to do.

import { _ } from "../lib/i18n.js";
import "../lib/words.js";

// Returns a sentence, the words of a button, and what of openers.js it opens, if not the field for messages.
export function emptyWords(room) {
  const { missing, direct, pair, kind, name } = room;
  if (missing) {
    return [_("There is no room here, or it is not open to you. Somebody who is in it can add you."), _("Browse rooms"), "rooms"];
  }
  const verb = _("Write a message");
  if (direct && !pair) return [_("Only the people of this chat read what is said here."), verb];
  if (direct) return [_("Only you and %(name)s read what is said here.", { name }), verb];
  if (kind === "private") return [_("Nothing has been said here yet. Only the members of %(room)s read it.", { room: name }), verb];
  return [_("Nothing has been said here yet. Everyone here can find %(room)s and join it.", { room: name }), verb];
}
