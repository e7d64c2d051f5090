// The lists at the side: rooms with their unread counts, and the people online.

import { arrange, element } from "./dom.js";

export function drawRooms(list, rooms, current, onOpen) {
  const entries = new Map(rooms.map((room) => [room.room, room]));
  arrange(list, entries, (room) => entry(() => onOpen(room.room)), (item, room) => {
    const [button] = item.children;
    const [label, count] = button.children;
    button.dataset.room = room.room;
    button.toggleAttribute("aria-current", false);
    if (room === current) button.setAttribute("aria-current", "true");
    label.textContent = room.title;
    count.textContent = room.unread || "";
    count.setAttribute("aria-label", room.unread ? `${room.unread} unread` : "");
  });
}

export function drawPeople(list, people, me, onOpen) {
  const others = [...people].filter(([userid]) => userid !== me);
  others.sort(([, one], [, other]) => one.localeCompare(other));
  const entries = new Map(others.map(([userid, username]) => [String(userid), { userid, username }]));
  arrange(list, entries, ({ userid }) => entry(() => onOpen(userid)), (item, { userid, username }) => {
    item.firstElementChild.dataset.userid = userid;
    item.querySelector("bdi").textContent = username;
  });
}

function entry(onClick) {
  const item = element("li");
  const button = element("button");
  button.type = "button";
  button.append(element("bdi"), element("span", "unread"));
  button.addEventListener("click", onClick);
  item.append(button);
  return item;
}
