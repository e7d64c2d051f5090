// The menu of the place: the ways to rooms, people and messages.

import { openMenu } from "./menu.js";
import { $ } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// page: {online: how many, onFind(), onNew(), onBrowse(), onSearch(), onPeople(), onInvite() if they may}
export function openPlace(opener, { online, onFind, onNew, onBrowse, onSearch, onPeople, onInvite }) {
  openMenu(opener, document.body.dataset.place, [], [
    { name: "search", words: _("Find or open …"), key: $("find").lastElementChild.textContent, act: onFind },
    { name: "plus", words: _("New room"), act: onNew },
    { name: "rooms", words: _("Browse rooms"), act: onBrowse },
    { name: "search", words: _("Search messages"), act: onSearch },
    { name: "people", words: _("People online"), note: String(online || ""), act: onPeople },
    ...(onInvite ? [null, { name: "link", words: _("Invite people"), act: onInvite }] : []),
  ]);
}
