// Handles the keys and buttons of the chat page: dialogs, and the way between rooms.

import { $ } from "../lib/dom.js";
import { LOBBY } from "../state/room.js";

let ordered = 0; // counts dialogs that were ordered

// page: {store, notifier, view, messages, navigation}
export function handleCommands({ store, notifier, view, messages, navigation }) {
  const openSwitcher = () =>
    dialog(import("../dialogs/switcher.js"), (module) =>
      module.openSwitcher({
        rooms: () => [...store.rooms.values()].map((room) => describe(room, store)),
        onRoom: (name) => navigation.choose(store.room(name)),
        onPerson: (userid, name) => navigation.choose(store.direct(userid, name)),
        onJoin: (name) => navigation.join(name),
      }),
    );

  const openSearch = () =>
    dialog(import("../dialogs/search.js"), (module) =>
      module.openSearch({
        room: store.current.room,
        titleOf: (name) => store.title(store.room(name)),
        onJump: (name, seq) => navigation.open(store.room(name), seq),
      }),
    );

  const openSettings = () => dialog(import("../dialogs/settings.js"), (module) => module.openSettings(notifier));

  const openKeys = () => dialog(import("../dialogs/settings.js"), (module) => module.openKeys());

  // Opens the room above or below in the lists at the side, or, if `unread`, the next one with unread messages.
  function step(by, unread) {
    const names = [...$("side").querySelectorAll("button[data-room]")].map(({ dataset }) => dataset.room);
    const here = names.indexOf(store.current.room);
    for (let steps = 1; steps < names.length; steps++) {
      const room = store.room(names.at((here + by * steps) % names.length));
      if (!unread || room.unread) return navigation.choose(room);
    }
  }

  function command({ key, altKey, shiftKey, ctrlKey, metaKey, target }) {
    const control = ctrlKey || metaKey;
    const letter = key.toLowerCase();
    if (control && !altKey && letter === "k") return openSwitcher;
    if (control && shiftKey && letter === "f") return openSearch;
    if (altKey && !control && key === "ArrowUp") return () => step(-1, shiftKey);
    if (altKey && !control && key === "ArrowDown") return () => step(1, shiftKey);
    if (key === "?" && !control && !target.closest("input, textarea, select, dialog")) return openKeys;
    return null;
  }

  document.addEventListener("keydown", (event) => {
    const work = command(event);
    if (!work) return;
    event.preventDefault();
    work();
  });

  const press = (id, work) => $(id).addEventListener("click", work);
  // These buttons disappear when they were pressed: the focus moves to the messages.
  const pressOnce = (id, work) => press(id, () => {
    work();
    messages.focus();
  });

  press("find", openSwitcher);
  press("more-people", openSwitcher);
  press("search", openSearch);
  press("me", openSettings);
  press("mute", () => notifier.mute(store.current.room, !notifier.muted(store.current.room)));
  press("to-rooms", () => view.showPane(true));
  press("to-talk", () => navigation.choose(store.current));
  pressOnce("leave", () => navigation.leave());
  pressOnce("to-end", () => navigation.toEnd());
}

// Loads a dialog when it is first opened; if others are opened meanwhile, shows the last one.
async function dialog(loading, open) {
  const order = ++ordered;
  const module = await loading;
  if (order === ordered) open(module);
}

function describe(room, store) {
  return {
    room: room.room,
    title: store.title(room),
    kind: room.room === LOBBY ? "lobby" : room.direct ? "direct" : "group",
    unread: room.unread,
    online: room.direct && store.people.has(store.partner(room)),
  };
}
