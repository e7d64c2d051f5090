// Handles the keys and buttons of the chat page: dialogs, and the way between rooms.

import { $, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";

const DIALOGS = {
  switcher: () => import("../dialogs/switcher.js"),
  search: () => import("../dialogs/search.js"),
  settings: () => import("../dialogs/settings.js"),
  confirm: () => import("../dialogs/confirm.js"),
};
const WITH_FIELD = new Set(["switcher", "search"]);
const loaded = {};
let ordered = 0; // counts dialogs that were ordered

// page: {store, notifier, messages, navigation, view, actions}
export function handleCommands({ store, notifier, messages, navigation, view, actions }) {
  const openSwitcher = () =>
    dialog("switcher", (module) =>
      module.openSwitcher({
        rooms: () => [...store.rooms.values()].map((room) => describe(room, store)),
        onRoom: (name) => navigation.choose(store.room(name)),
        onPerson: (userid, name) => navigation.choose(store.direct(userid, name)),
        onJoin: (name) => navigation.join(name),
      }),
    );

  const openPeople = () =>
    dialog("switcher", (module) =>
      module.openPeople({
        people: () => store.people,
        count: () => store.online,
        onPerson: (userid, name) => navigation.choose(store.direct(userid, name)),
        onChange: (redraw) => {
          store.addEventListener("people", redraw);
          return () => store.removeEventListener("people", redraw);
        },
      }),
    );

  const openSearch = () =>
    dialog("search", (module) =>
      module.openSearch({
        room: store.current.room,
        titleOf: (name) => store.title(store.room(name)),
        onJump: (name, seq) => navigation.open(store.room(name), seq),
      }),
    );

  function askToLeave() {
    const room = store.current;
    const words = _("You will get no more messages of %(room)s. You can come back at any time.", { room: store.title(room) });
    const question = element("p", "", words);
    const leave = () => {
      if (room !== store.current) return;
      navigation.leave();
      messages.focus();
    };
    dialog("confirm", ({ confirm }) => confirm(_("Leave the room"), [question], _("Leave"), leave));
  }

  async function toggleDetails() {
    const order = ++ordered;
    const { Details } = await import("./details.js");
    if (order !== ordered) return; // the last of two clicks counts
    const onLevel = (room, level) => actions.choose(room, level);
    view.details ??= new Details({ store, navigation, onLevel, onLeave: askToLeave });
    view.details.toggle();
  }

  const openSettings = () => dialog("settings", (module) => module.openSettings(notifier));

  const openKeys = () => dialog("settings", (module) => module.openKeys());

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
  press("people", openPeople);
  press("search", openSearch);
  press("me", openSettings);
  press("title", toggleDetails);
  press("to-rooms", () => navigation.toLists());
  pressOnce("to-end", () => navigation.toEnd());
}

// Loads the dialogs once the person does something on the page, so that they open at once.
export function loadDialogs() {
  for (const type of ["keydown", "pointermove", "pointerdown"]) {
    addEventListener(type, () => Object.keys(DIALOGS).forEach(load), { once: true, passive: true });
  }
}

async function load(name) {
  return (loaded[name] ??= await DIALOGS[name]());
}

// Opens a dialog at once, or loads it first; if others are opened meanwhile, shows the last one. What is typed until then
// goes into a field that nobody sees, and from there into the dialog's.
async function dialog(name, open) {
  const order = ++ordered;
  if (loaded[name]) return open(loaded[name]);
  const before = document.activeElement;
  const catcher = WITH_FIELD.has(name) && document.body.appendChild(element("input", "catcher"));
  if (catcher) catcher.focus({ preventScroll: true });
  try {
    await load(name);
  } finally {
    if (catcher === document.activeElement) before.focus({ preventScroll: true }); // it goes back there in the end
    if (catcher) catcher.remove();
  }
  if (order !== ordered) return;
  open(loaded[name]);
  if (catcher) type(catcher.value);
}

function type(text) {
  const field = document.activeElement;
  if (!text || !field.matches("dialog input")) return;
  field.value = text;
  field.dispatchEvent(new InputEvent("input"));
}

function describe(room, store) {
  return {
    room: room.room,
    title: store.title(room),
    partner: store.partner(room),
    kind: room.room === LOBBY ? "lobby" : room.direct ? "direct" : "group",
    unread: room.unread,
    online: room.direct && store.people.has(store.partner(room)),
  };
}
