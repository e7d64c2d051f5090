// The menu of the place: the ways to rooms, people and messages.

import { openMenu } from "./menu.js";
import { $ } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// page: {online: how many, onFind(), onSearch(), onPeople()}
export function openPlace(opener, { online, onFind, onSearch, onPeople }) {
  openMenu(opener, document.body.dataset.place, [], [
    { name: "plus", words: _("Find or open …"), key: $("find").lastElementChild.textContent, act: onFind },
    { name: "search", words: _("Search messages"), act: onSearch },
    { name: "people", words: _("People online"), note: String(online || ""), act: onPeople },
  ]);
}
