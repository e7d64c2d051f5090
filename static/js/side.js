// The lists at the side: rooms with their unread counts, and the people online.

import { element } from "./messages.js";

const LOBBY = "lobby";

export function title(room) {
  return room.room === LOBBY ? "Lobby" : room.name;
}

export function drawRooms(list, rooms, current, onOpen) {
  const items = rooms.map((room) => {
    const { item, button } = entry(title(room), () => onOpen(room));
    button.dataset.room = room.room;
    if (room === current) button.setAttribute("aria-current", "true");
    if (room.unread) {
      const count = element("span", "unread", room.unread);
      count.setAttribute("aria-label", `${room.unread} unread`);
      button.append(count);
    }
    return item;
  });
  list.replaceChildren(...items);
}

export function drawPeople(list, people, me, onOpen) {
  const others = [...people].filter(([userid]) => userid !== me).sort(([, a], [, b]) => a.localeCompare(b));
  list.replaceChildren(
    ...others.map(([userid, username]) => {
      const { item, button } = entry(username, () => onOpen(userid, username));
      button.dataset.userid = userid;
      return item;
    }),
  );
}

function entry(text, onClick) {
  const item = element("li");
  const button = element("button");
  button.type = "button";
  const label = element("span", "", text);
  label.dir = "auto";
  button.append(label);
  button.addEventListener("click", onClick);
  item.append(button);
  return { item, button };
}
