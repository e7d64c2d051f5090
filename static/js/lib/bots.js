// Which users are bots, as far as the page has been told, and the mark that stands beside their names.

import { element } from "./dom.js";
import { _ } from "./i18n.js";

const bots = new Set();

// people: [{userid, bot}]. Returns them.
export function noteBots(people) {
  for (const { userid, bot } of people) if (bot) bots.add(userid);
  return people;
}

export const isBot = (userid) => bots.has(userid);

// Returns the nodes of the mark: none for a person.
export const botMark = (userid) => (bots.has(userid) ? [" ", element("span", "bot", _("bot"))] : []);
