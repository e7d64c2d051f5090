// Why this person cannot write in a room.

import { _ } from "../lib/i18n.js";
import { untilWords } from "../lib/until.js";
import { powersIn } from "../lib/powers.js";
import "../lib/words.js";

const LONGEST = 2 ** 31 - 1; // milliseconds that a timer can wait

let timer = 0;

// Returns the reason in words, or "" for none; calls again() once a mute is over.
export function reason(room, again) {
  const { missing, archived, frozen, mutedUntil } = room;
  const left = mutedUntil ? new Date(mutedUntil) - Date.now() : 0;
  clearTimeout(timer);
  if (left > 0) timer = setTimeout(again, Math.min(left, LONGEST));
  if (missing) return _("Nothing can be written here.");
  if (archived) return _("This room is archived: it can be read, not written in.");
  if (left > 0) return _("You are muted here until %(time)s.", { time: untilWords(new Date(mutedUntil)) });
  return frozen && !powersIn(room).moderates ? _("Only moderators write here now.") : "";
}
