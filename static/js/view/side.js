// Draws the lists at the side: rooms and private chats with their unread counts, and the people online.

import { $, arrange, avatar, element } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";

const MOST = 100; // people listed; the switcher finds the others
const order = new Intl.Collator();

// on: {onRoom(room), onPerson(userid)}
export function drawRooms(store, on) {
  const all = [...store.rooms.values()];
  all.sort((one, other) => (other.room === LOBBY) - (one.room === LOBBY) || order.compare(one.name, other.name));
  const rooms = all.filter((room) => !room.direct);
  const directs = all.filter((room) => room.direct);
  const draw = (list, of) => arrange(list, new Map(of.map((room) => [room.room, roomEntry(room, store, on)])));
  draw($("rooms"), rooms);
  draw($("directs"), directs);
  $("directs-title").hidden = !directs.length;
}

function roomEntry(room, store, { onRoom }) {
  const partner = store.partner(room);
  const online = partner !== null && store.people.has(partner);
  const title = store.title(room);
  const current = room === store.current;
  const count = room.unread > 99 ? "99+" : room.unread || "";
  const make = () => {
    const made = entry(title, partner, online, () => onRoom(room));
    made.firstElementChild.dataset.room = room.room;
    if (current) made.firstElementChild.setAttribute("aria-current", "true");
    if (count) {
      const badge = element("span", "unread", count);
      badge.setAttribute("role", "img");
      badge.setAttribute("aria-label", ngettext("%(count)s unread", "%(count)s unread", room.unread));
      made.firstElementChild.append(badge);
    }
    return made;
  };
  return { look: [title, online, current, count].join("\n"), make };
}

export function drawPeople(store, { onPerson }) {
  const others = [...store.people].filter(([userid]) => userid !== store.userid);
  others.sort(([, one], [, other]) => order.compare(one, other));
  const entries = others.slice(0, MOST).map(([userid, username]) => {
    const make = () => {
      const made = entry(username, userid, true, () => onPerson(userid));
      made.firstElementChild.dataset.userid = userid;
      return made;
    };
    return [String(userid), { look: username, make }];
  });
  arrange($("people"), new Map(entries));
  const more = Math.max(0, store.online - 1 - entries.length);
  $("more-people").hidden = !more;
  $("more-people").textContent = ngettext("%(count)s more …", "%(count)s more …", more);
  $("online").textContent = store.online || "";
  $("alone").hidden = store.online > 1 || store.epoch === null;
}

function entry(name, userid, online, onClick) {
  const item = element("li");
  const made = element("button", online ? "online" : "");
  made.type = "button";
  if (userid === null) {
    const mark = element("span", "avatar room", "#");
    mark.setAttribute("aria-hidden", "true");
    made.append(mark);
  } else {
    made.append(avatar(userid, name));
  }
  made.append(element("bdi", "", name));
  if (userid !== null && online) made.append(element("span", "unseen", _("online")));
  made.addEventListener("click", onClick);
  item.append(made);
  return item;
}
