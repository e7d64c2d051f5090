// What keys and buttons of the chat page do beyond the conversation itself: its dialogs, and the way between rooms.

import { $ } from "./dom.js";
import { LOBBY } from "./room.js";

let ordered = 0; // dialogs

// page: {store, notifier, view, messages, open(room, seq), choose(room), join(name), leave(), toEnd()}
export function listen(page) {
  const { store, notifier, view, messages, open, choose, join } = page;

  const openSwitcher = () =>
    dialog(import("./switcher.js"), (module) =>
      module.openSwitcher({
        rooms: () => [...store.rooms.values()].map((room) => describe(room, store)),
        onRoom: (name) => choose(store.room(name)),
        onPerson: (userid, name) => choose(store.direct(userid, name)),
        onJoin: join,
      }),
    );

  const openSearch = () =>
    dialog(import("./search.js"), (module) =>
      module.openSearch({
        room: store.current.room,
        titleOf: (name) => store.title(store.room(name)),
        onJump: (name, seq) => open(store.room(name), seq),
      }),
    );

  const openSettings = () => dialog(import("./settings.js"), (module) => module.openSettings(notifier));

  const openKeys = () => dialog(import("./settings.js"), (module) => module.openKeys());

  // The room above or below in the lists at the side; with `unread`, the next one that has something new.
  function step(by, unread) {
    const names = [...$("side").querySelectorAll("button[data-room]")].map(({ dataset }) => dataset.room);
    const here = names.indexOf(store.current.room);
    for (let steps = 1; steps < names.length; steps++) {
      const room = store.room(names.at((here + by * steps) % names.length));
      if (!unread || room.unread) return choose(room);
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
  // These go away when they have done their work: the focus must not go with them.
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
  press("to-talk", () => choose(store.current));
  pressOnce("leave", page.leave);
  pressOnce("to-end", page.toEnd);
}

// Dialogs are loaded when they are wanted; of several that are wanted meanwhile, the last one opens.
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
