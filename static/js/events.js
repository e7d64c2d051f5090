// Connects events of the connection, the store, the outgoing messages and the notifier to the parts of the page.

import { lineOf } from "./lib/attached.js";
import { $ } from "./lib/dom.js";
import { _ } from "./lib/i18n.js";
import { announce } from "./view/announcer.js";
import { failure } from "./view/message.js";

const READ_OUT = 500; // characters of a message
const SHOWN = 200; // in a notification

export function handleEvents(page) {
  handleConnection(page);
  handleRooms(page);
  handleMessages(page);
  handleOutgoing(page);
}

function handleConnection(page) {
  const { store, outgoing, marks, quiet, connection, status, notice, notifier, loader, view, navigation } = page;
  connection.addEventListener("state", ({ detail }) => {
    status.show(detail);
    $("me").classList.toggle("online", detail.name === "online");
    if (detail.streams) import("./view/streamed.js").then(({ hint }) => hint(), () => {});
  });
  connection.addEventListener("frame", ({ detail: frame }) => {
    const blocked = frame.blocked ?? frame.users;
    if (blocked || (frame.type === 0 && view.fold)) block(blocked);
    store.take(frame);
    if (frame.type === 0) greeted(frame);
    if (frame.type === "quiet") quiet.take(frame.until);
    if (frame.picture || frame.data?.picture || (frame.type === 0 && "pictures" in document.body.dataset)) {
      import("./view/pictures.js").then(({ follow }) => follow(connection), () => {});
    }
    if (frame.rooms) listed(frame);
    else if (frame.type === "error") refused(frame);
  });
  store.addEventListener("userchanged", () => location.reload());

  quiet.addEventListener("change", () => {
    $("me").classList.toggle("quiet", !!quiet.until);
    $("me").ariaDescription = quiet.until ? _("do not disturb") : "";
  });

  // Takes over whom this person blocks. No message is drawn until what folds theirs is loaded.
  function block(users) {
    store.blocked = new Set(users);
    view.fold ??= false;
    import("./view/folding.js").then(({ follow }) => follow(store, view), () => (view.fold = null));
  }

  function greeted(frame) {
    if (frame.page) import("./view/renewal.js").then(({ renew }) => renew(frame.page), () => {});
    quiet.take(frame.quiet ?? null);
    outgoing.run();
    loader.recover(store.current);
  }

  // A part of the list of rooms has come.
  function listed({ rooms }) {
    for (const { room, read } of rooms) if (store.room(room).read > read) marks.note(store.room(room));
    marks.flush();
    navigation.refresh();
    if (store.current.missing && !location.search) navigation.goHome(); // a guest's
    if (store.isListed && notifier.muted.length) import("./notify/muted.js").then(({ handOver }) => handOver(page));
  }

  // Shows a refusal, unless it has a cid: that is a read mark, which is sent again, or typing.
  function refused({ cid, wait, detail }) {
    if (cid && wait) marks.note(store.rooms.get(cid));
    if (cid) return;
    joining(page, "refused");
    notice.show(detail);
    view.redraw("rooms"); // what was chosen does not hold
  }
}

async function joining(page, event, room) {
  const { store, navigation } = page;
  const loaded = await import("./view/joining.js").catch(() => null);
  if (loaded) loaded.joiningOf(page)[event](room);
  else if (event === "left" && room === store.current) navigation.goHome();
}

function handleRooms(page) {
  const { store, outgoing, notifier, view, navigation } = page;
  const redrawCounts = () => {
    view.redraw("rooms");
    view.drawTitle();
  };
  store.addEventListener("people", () => view.redraw("people", "rooms", "typing"));
  store.addEventListener("renamed", () => view.redraw("messages", "rooms", "people", "typing"));
  store.addEventListener("typing", () => view.redraw("typing"));
  store.addEventListener("rooms", redrawCounts);
  notifier.addEventListener("change", redrawCounts);
  for (const type of ["joined", "left", "hidden"]) store.addEventListener(type, ({ detail: room }) => joining(page, type, room));
  store.addEventListener("reset", ({ detail: room }) => {
    for (const { cid, state } of outgoing.of(room.room)) if (state === "sent") outgoing.drop(cid);
    navigation.reset(room);
  });
}

function handleMessages({ me, store, quiet, outgoing, messages, notifier, view, actions }) {
  store.addEventListener("read", ({ detail: room }) => room === store.current && view.redraw("messages"));
  store.addEventListener("change", ({ detail: { room, data } }) => {
    outgoing.drop(data.cid);
    view.forget(room, data.of);
    if (room === store.current) view.redraw("messages");
  });
  store.addEventListener("message", ({ detail: { room, data, isForMe } }) => {
    outgoing.drop(data.cid);
    const here = room === store.current && view.visible;
    if (room === store.current) view.redraw("messages");
    if (data.userid === me) return;
    const isNew = data.seq > room.read; // before actions.markRead()
    if (here && messages.following) actions.markRead(data.seq);
    else if (room === store.current && room.unread === 1 && isNew) room.line = data.seq - 1;
    if (store.blocked.has(data.userid)) return;
    if (here) announce(`${data.user}: ${lineOf(data, READ_OUT)}`);
    if (quiet.until > Date.now() || !isNew || room.muted || (room.level === "mentions" && !isForMe)) return;
    const text = lineOf(data, SHOWN);
    notifier.notify({ id: data.id, room: room.room, title: store.title(room), user: data.user, text });
  });
}

function handleOutgoing({ store, outgoing, notice, view }) {
  outgoing.addEventListener("change", ({ detail: entry }) => {
    const { room, state, detail, muted } = entry;
    const here = room === store.current?.room;
    if (here) view.redraw("messages");
    if (state !== "failed") return;
    if (muted) {
      store.room(room).mutedUntil = Date.now() + muted * 1000;
      view.redraw("rooms");
    }
    if (here) announce(failure(entry));
    else {
      const words = { title: store.title(store.room(room)), reason: detail };
      notice.show(_("A message to %(title)s was not sent: %(reason)s", words));
    }
  });
}
