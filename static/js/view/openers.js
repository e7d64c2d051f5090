// Opens the dialogs and the parts of the panel, each with what it needs of the page.

import { Details } from "./details.js";
import { Heading } from "./heading.js";
import { joiningOf } from "./joining.js";
import { followName } from "./own_name.js";
import { makeWay } from "./panel.js";
import { Search } from "./search.js";
import { followNames } from "./several.js";
import "./files.js"; // these are needed soon, too: with a pasted file, one may press Enter at once
import "./tools.js";
import { openAddPeople } from "../dialogs/add_people.js";
import { Deeds } from "../dialogs/deeds.js";
import { close } from "../dialogs/dialog.js";
import { askToLeave } from "../dialogs/leave.js";
import { openMe } from "../dialogs/me.js";
import { openMenu } from "../dialogs/menu.js";
import { openNewChat } from "../dialogs/new_chat.js";
import { openNewRoom } from "../dialogs/new_room.js";
import { openPerson as openCard } from "../dialogs/person.js";
import { openPlace } from "../dialogs/place.js";
import { openRooms } from "../dialogs/rooms.js";
import { openKeys, openSettings } from "../dialogs/settings.js";
import { openPeople, openSwitcher } from "../dialogs/switcher.js";
import { $ } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";

// page: {store, outgoing, quiet, notifier, notice, messages, navigation, view, actions}. Returns a function for each of what can be opened.
export function openersOf(page) {
  const { store, outgoing, quiet, notifier, notice, messages, navigation, view, actions } = page;
  const joining = joiningOf(page);
  followName(store);
  followNames(store);
  const openPerson = (userid, name) => navigation.choose(store.direct(userid, name));
  const openRoom = (name) => navigation.choose(store.room(name));
  const joinRoom = (name) => joining.join(name);
  const deeds = new Deeds(notice, (member) => view.parts.details?.patch(member));
  view.parts.heading = new Heading(store);
  view.redraw("rooms");

  const newRoom = (title = "") => openNewRoom(title, { userid: store.userid, onMade: (name) => joining.goTo(name) });
  const rooms = () =>
    openRooms({
      titleOf: (room) => store.title(room),
      isIn: (name) => store.rooms.has(name),
      onOpen: openRoom,
      onJoin: joinRoom,
      onNew: newRoom,
    });

  const switcher = () =>
    openSwitcher({
      rooms: () => [...store.rooms.values()].map((room) => describe(room, store)),
      onRoom: openRoom,
      onPerson: openPerson,
      onJoin: joinRoom,
      onNew: newRoom,
      onBrowse: rooms,
    });

  // `own`: oneself is listed, too.
  const pickPerson = (onPerson, own = false) =>
    openPeople({
      people: () => store.people,
      count: () => store.online,
      own,
      onPerson,
      onAll: async () => (await import("../dialogs/everyone.js")).openEveryone(onPerson),
      onChange: (redraw) => {
        store.addEventListener("people", redraw);
        return () => store.removeEventListener("people", redraw);
      },
    });

  function onLeave() {
    const room = store.current;
    const leave = async () => {
      await outgoing.flush(); // afterwards nothing can be deleted there
      if (room !== store.current) return;
      joining.leave();
      messages.focus();
    };
    askToLeave(room, store.title(room), { userid: store.userid, leave, refused: (words) => notice.show(words) });
  }

  const onPerson = (userid, name) => {
    makeWay();
    openPerson(userid, name);
  };
  const onMember = (opener, room, person) => {
    const { userid, username } = person;
    const message = { name: "reply", words: _("Message"), act: () => onPerson(userid, username) };
    openMenu(opener, username, [], [message, ...deeds.rowsFor(room, person)]);
  };
  const onAdd = (room, isMember) =>
    openAddPeople(room.room, store.title(room), (userid) => userid !== store.userid && !isMember(userid));

  const inviteTo = (room) =>
    invite(_("Invite to %(room)s", { room: store.title(room) }), {
      rooms: [room.room],
      asGuest: document.body.hasAttribute("data-invites"),
    });

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
      onReports: reports,
      onKeys: openKeys,
    });

  const onFound = (name, seq) => {
    makeWay();
    navigation.open(store.room(name), seq);
  };
  const onChoice = (room, type, value) => actions.choose(room, type, value);
  const make = {
    search: () => new Search({ store, pickPerson: (onPerson) => pickPerson(onPerson, true), onJump: onFound }),
    details: () => new Details({ store, deeds, onChoice, onLeave, onMember, onAdd, onPerson, onInvite: inviteTo, onFile: onFound }),
  };
  const part = (name) => (view.parts[name] ??= make[name]());
  const search = () => {
    close(); // the panel cannot be used behind a dialog
    part("search").open();
  };

  const reports = async () => {
    const { Reports } = await import("./reports.js");
    close();
    (view.parts.reports ??= new Reports(page)).open();
  };

  // The card of somebody; of oneself, the menu. detail: {userid, username, opener, anchor}
  const person = (detail) => {
    const { userid, username } = detail;
    if (userid === store.userid) return me();
    return openCard(detail, {
      note: presence(userid, store),
      isBlocked: store.blocked.has(userid),
      deeds: [...deeds.rowsFor(store.current, { userid, username }), ...deeds.ofAdmins(userid)],
      onMessage: () => openPerson(userid, username),
      onRoom: openRoom,
      onFault: (words) => notice.show(words),
    });
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
  const newChat = () =>
    openNewChat({
      userid: store.userid,
      online: () => store.people,
      onPerson: openPerson,
      onMade: (name) => joining.goTo(name),
    });
  const invite = async (title, options) => (await import("../dialogs/invite.js")).openInvite(title, options);
  const onInvite = document.body.hasAttribute("data-invites") && (() => invite(_("Invite people")));
  const welcome = async () => {
    const { welcomeWords } = await import("../dialogs/welcome.js");
    invite(_("Welcome"), { more: welcomeWords(), atOnce: true });
  };
  const place = () =>
    openPlace($("place"), {
      online: store.online,
      onFind: switcher,
      onNew: () => newRoom(),
      onChat: newChat,
      onBrowse: rooms,
      onSearch: search,
      onPeople: people,
      onInvite,
    });

  return {
    switcher,
    newRoom: () => newRoom(),
    newChat,
    rooms,
    people,
    place,
    welcome,
    person,
    step,
    search,
    toggleSearch: () => part("search").toggle(),
    toggleDetails: () => {
      close();
      part("details").toggle();
    },
    me,
    reports,
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
    kind: room.room === LOBBY ? "lobby" : room.pair ? "direct" : room.direct ? "several" : "group",
    unread: room.unread,
    archived: room.archived || room.hidden,
    online: room.pair && store.people.has(store.partner(room)),
  };
}
