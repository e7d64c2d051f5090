// The menu of the place: the ways to rooms, people and messages.

import { openMenu } from "./menu.js";
import { $ } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

// page: {online: how many, onFind(), onNew(), onChat(), onBrowse(), onSearch(), onPeople(), onInvite() if they may}
export function openPlace(opener, { online, onFind, onNew, onChat, onBrowse, onSearch, onPeople, onInvite }) {
  openMenu(opener, document.body.dataset.place, [], [
    { name: "search", words: _("Find or open …"), key: $("find").lastElementChild.textContent, act: onFind },
    { name: "plus", words: _("New room"), act: onNew },
    { name: "plus", words: _("New private chat"), act: onChat },
    { name: "rooms", words: _("Browse rooms"), act: onBrowse },
    { name: "search", words: _("Search messages"), act: onSearch },
    { name: "people", words: _("People online"), note: String(online || ""), act: onPeople },
    ...(onInvite ? [null, { name: "link", words: _("Invite people"), act: onInvite }] : []),
  ]);
}
