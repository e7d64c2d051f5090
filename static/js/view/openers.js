// Opens the dialogs and the parts of the panel, each with what it needs of the page.

import { Details } from "./details.js";
import { joiningOf } from "./joining.js";
import { followName } from "./own_name.js";
import { makeWay } from "./panel.js";
import { Search } from "./search.js";
import "./tools.js"; // they are needed soon, too
import { confirm } from "../dialogs/confirm.js";
import { close } from "../dialogs/dialog.js";
import { openMe } from "../dialogs/me.js";
import { openPerson as openCard } from "../dialogs/person.js";
import { openPlace } from "../dialogs/place.js";
import { openKeys, openSettings } from "../dialogs/settings.js";
import { openPeople, openSwitcher } from "../dialogs/switcher.js";
import { $, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";

// page: {store, quiet, notifier, messages, navigation, view, actions}. Returns a function for each of what can be opened.
export function openersOf(page) {
  const { store, quiet, notifier, messages, navigation, view, actions } = page;
  const joining = joiningOf(page);
  followName(store);
  const openPerson = (userid, name) => navigation.choose(store.direct(userid, name));

  const switcher = () =>
    openSwitcher({
      rooms: () => [...store.rooms.values()].map((room) => describe(room, store)),
      onRoom: (name) => navigation.choose(store.room(name)),
      onPerson: openPerson,
      onJoin: (name) => joining.join(name),
    });

  // `own`: oneself is listed, too.
  const pickPerson = (onPerson, own = false) =>
    openPeople({
      people: () => store.people,
      count: () => store.online,
      own,
      onPerson,
      onChange: (redraw) => {
        store.addEventListener("people", redraw);
        return () => store.removeEventListener("people", redraw);
      },
    });

  function askToLeave() {
    const room = store.current;
    const words = _("You will get no more messages of %(room)s. You can come back at any time.", { room: store.title(room) });
    const leave = () => {
      if (room !== store.current) return;
      joining.leave();
      messages.focus();
    };
    confirm(_("Leave the room"), [element("p", "", words)], _("Leave"), leave);
  }

  const settings = () => openSettings(notifier);
  const me = () =>
    openMe($("me"), {
      me: store.userid,
      username: store.nameOf(store.userid),
      notifier,
      quiet,
      onQuiet: (until) => navigation.request({ type: "quiet", until }),
      isOnline: () => $("me").classList.contains("online"),
      onSettings: settings,
      onProfile: async () => (await import("../dialogs/profile.js")).openProfile(),
      onKeys: openKeys,
    });

  const onFound = (name, seq) => {
    makeWay();
    navigation.open(store.room(name), seq);
  };
  const onChoice = (room, type, value) => actions.choose(room, type, value);
  const make = {
    search: () => new Search({ store, pickPerson: (onPerson) => pickPerson(onPerson, true), onJump: onFound }),
    details: () => new Details({ store, navigation, onChoice, onLeave: askToLeave }),
  };
  const part = (name) => (view.parts[name] ??= make[name]());
  const search = () => {
    close(); // the panel cannot be used behind a dialog
    part("search").open();
  };

  // The card of somebody; of oneself, the menu. detail: {userid, username, opener, anchor}
  const person = (detail) => {
    const { userid, username } = detail;
    if (userid === store.userid) return me();
    openCard(detail, { userid, username, note: presence(userid, store) }, () => openPerson(userid, username));
  };

  // Opens the room above or below in the lists at the side, or, if `unread`, the next one with unread messages.
  function step({ by, unread }) {
    if (document.querySelector("dialog:modal")) return;
    const names = [...$("side").querySelectorAll("button[data-room]")].map(({ dataset }) => dataset.room);
    const here = names.indexOf(store.current.room);
    for (let steps = 1; steps < names.length; steps++) {
      const room = store.room(names.at((here + by * steps) % names.length));
      if (!unread || room.unread) return navigation.choose(room);
    }
  }

  const people = () => pickPerson(openPerson);
  const place = () => openPlace($("place"), { online: store.online, onFind: switcher, onSearch: search, onPeople: people });

  return {
    switcher,
    people,
    place,
    person,
    step,
    search,
    toggleSearch: () => part("search").toggle(),
    toggleDetails: () => {
      close();
      part("details").toggle();
    },
    me,
    settings,
    keys: openKeys,
  };
}

// The server lists only some users if many are online.
function presence(userid, { people, online }) {
  if (people.has(userid)) return _("online");
  return people.size < (online || 1) ? "" : _("not online");
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
