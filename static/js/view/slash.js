// The slash commands of a room, for the list above the field.

import { commands } from "../net/lookups.js";
import { fold } from "../lib/inline.js";

export const COMMAND = /^\/([\p{L}\p{N}_-]{0,32})$/u; // the whole text before the caret

const KEPT = 60_000; // milliseconds

let asked = { room: null, at: 0, answer: null };

// [{name, hint, bot}] that begin so; none without an answer of the server.
export async function commandsOf(room, typed) {
  if (asked.room !== room || Date.now() - asked.at > KEPT) {
    asked = { room, at: Date.now(), answer: commands(room).then((answer) => answer.commands, () => []) };
  }
  return (await asked.answer).filter(({ name }) => fold(name).startsWith(typed));
}
