// The chat page: ties connection, store, outgoing messages and the views together.

import { listen } from "./view/commands.js";
import { Composer } from "./view/composer.js";
import { Connection } from "./net/connection.js";
import { $, element } from "./lib/dom.js";
import { _ } from "./lib/i18n.js";
import { Loader } from "./state/loader.js";
import { Marks } from "./state/marks.js";
import { failure } from "./view/message.js";
import { Messages } from "./view/messages.js";
import { Notice } from "./view/notice.js";
import { Notifier } from "./notify/notify.js";
import { Outgoing } from "./state/outgoing.js";
import { bringNewer, bringOlder } from "./state/pages.js";
import { LOBBY } from "./state/room.js";
import { Status } from "./view/status.js";
import { Store } from "./state/store.js";
import { plain } from "./lib/text.js";
import { View } from "./view/view.js";

const { username, room: firstRoom, signIn, maxChars } = document.body.dataset;
const me = Number(document.body.dataset.userid);

const store = new Store(me, username);
const outgoing = new Outgoing(me);
const connection = new Connection(() => store.hello);
const marks = new Marks((frame) => connection.send(frame));
const status = new Status($("status"), signIn);
const notice = new Notice($("notice"), refocus);
const notifier = new Notifier({ userid: me, icon: $("icon").href, onOpen: (name) => choose(store.room(name)) });
const composer = new Composer($("composer"), {
  maxChars: Number(maxChars),
  userid: me,
  people: () => [...store.names].map(([, userid]) => ({ userid, username: store.nameOf(userid) })),
  onSend: send,
  onEdit: (seq, txt) => change({ type: "edit", seq, txt }),
  onEditLast: editLast,
  onTyping: () => store.current.last !== null && connection.send({ type: "typing", room: store.current.room, cid: "." }),
  onRefuse: (words) => notice.show(words),
});
const messages = new Messages($("messages"), {
  me,
  username,
  onScroll: () => view.redraw("end"),
  onWindow: () => view.redraw("messages"),
  onOlder: () => loader.extend(bringOlder),
  onNewer: () => loader.extend(bringNewer),
  onSeen: seen,
  onReply: ({ seq, user, msg }) => composer.replyTo({ seq, user, text: plain(msg, 120) }),
  onEdit: edit,
  onDelete: (seq) => change({ type: "delete", seq }),
  onJump: (seq) => open(store.current, seq),
  onRetry: (cid) => outgoing.retry(cid),
  onDrop: (cid) => {
    outgoing.drop(cid);
    messages.focus();
  },
});
const view = new View({
  store,
  outgoing,
  messages,
  notifier,
  onRoom: choose,
  onPerson: (userid) => choose(store.direct(userid)),
});
const loader = new Loader({ store, outgoing, notice, view });
let wanted = null; // the room that is to open once the server lets us in

// --- Rooms ----------------------------------------------------------------------------------------

// Show a room: where its unread messages begin, at its end, or at message `seq`.
function open(room, seq = null) {
  notice.clear();
  wanted = null;
  if (room !== store.current) {
    room.line = room.unread ? room.read : null;
    composer.switchTo(room.room);
  }
  store.current = room;
  view.showPane(false);
  // So that a reload comes back to this room. A private chat may not exist at the server yet: its name stays here.
  const query = room.direct ? `#${room.room}` : `?num=${encodeURIComponent(room.room)}`;
  window.history.replaceState(null, "", location.pathname + (room.room === LOBBY ? "" : query));
  show(room, seq === null ? begin(room) : { seq });
}

// Where a room is shown that has not been looked at: at the line above what is unread, or at the end.
const begin = (room) => (room.unread && room.line !== null ? { line: room.line } : null);

// `place`: {seq} or {line}, a number; null: the end.
async function show(room, place) {
  const at = place && (place.seq ?? place.line);
  room.trouble = null;
  messages.show(room, at);
  view.place = place;
  view.redraw("messages", "rooms", "typing");
  view.drawTitle();
  if (store.epoch === null || (at === null ? room.loaded && room.atHead : room.covers(at))) return;
  if (!(await loader.bring(room, at, () => show(room, place))) || room !== store.current) return;
  messages.show(room, at);
  view.place = place;
  view.redraw("messages");
}

// A screen keyboard would cover what was just opened: on a phone the person asks for it.
function choose(room) {
  open(room);
  refocus();
}

function refocus() {
  if (view.narrow) messages.focus();
  else composer.focus();
}

function seen(seq) {
  const room = store.current;
  if (view.visible && seq && store.read(room, seq)) marks.note(room);
}

// --- What comes -----------------------------------------------------------------------------------

connection.addEventListener("state", ({ detail }) => status.show(detail));
connection.addEventListener("frame", ({ detail }) => {
  store.take(detail);
  if (detail.type === 0) greeted(detail);
  else if (detail.type === "error" && detail.cid) {
    // Of a frame that nobody sent by hand: of these, marks are sent again.
    if (detail.wait) marks.note(store.rooms.get(detail.cid));
  } else if (detail.type === "error") {
    wanted = null;
    notice.show(detail.detail);
  }
});

function greeted({ rooms }) {
  outgoing.run();
  for (const { room, read } of rooms) if (store.room(room).read > read) marks.note(store.room(room));
  marks.flush();
  const room = store.current;
  loader.recover(room);
  if (room.loaded) return;
  room.line ??= room.unread ? room.read : null;
  show(room, begin(room));
}

store.addEventListener("stranger", () => location.reload());
store.addEventListener("people", () => view.redraw("people", "rooms", "typing"));
store.addEventListener("typing", () => view.redraw("typing"));
store.addEventListener("rooms", () => {
  view.redraw("rooms");
  view.drawTitle();
});
store.addEventListener("read", ({ detail: room }) => room === store.current && view.redraw("messages"));
store.addEventListener("change", ({ detail: { room, data } }) => {
  outgoing.drop(data.cid);
  view.forget(room, data.of);
  if (room === store.current) view.redraw("messages");
});
store.addEventListener("message", ({ detail: { room, data } }) => {
  outgoing.drop(data.cid);
  const here = room === store.current && view.visible;
  if (room === store.current) view.redraw("messages");
  if (data.userid === me) return;
  const isNew = data.seq > room.read; // before it is seen here
  if (here && messages.following) seen(data.seq);
  else if (room === store.current && room.unread === 1 && isNew) room.line = data.seq - 1;
  if (here) announce(`${data.user}: ${plain(data.msg, 500)}`);
  if (isNew) notifier.tell({ id: data.id, room: room.room, title: store.title(room), user: data.user, text: plain(data.msg, 200) });
});
store.addEventListener("joined", ({ detail: room }) => room.room === wanted && choose(room));
store.addEventListener("left", ({ detail: room }) => {
  if (room !== store.current) return;
  open(store.room(LOBBY));
  notice.show(_("You are no longer in the room %(room)s.", { room: store.title(room) }));
});
store.addEventListener("reset", ({ detail: room }) => {
  for (const { cid, state } of outgoing.of(room.room)) if (state === "sent") outgoing.drop(cid);
  if (room === store.current) show(room, null);
});
outgoing.addEventListener("change", ({ detail: entry }) => {
  const { room, state, detail } = entry;
  const here = room === store.current?.room;
  if (here) view.redraw("messages");
  if (state !== "failed") return;
  if (here) announce(failure(entry));
  else {
    const words = { title: store.title(store.room(room)), reason: detail };
    notice.show(_("A message to %(title)s was not sent: %(reason)s", words));
  }
});

// To a screen reader, in the order of arrival: the list of messages itself also grows at its beginning.
function announce(words) {
  $("announcer").append(element("p", "", words));
  if ($("announcer").children.length > 5) $("announcer").firstElementChild.remove();
}

// --- What the person does -------------------------------------------------------------------------

function send(txt, reply) {
  notice.clear();
  const room = store.current;
  room.line = null;
  outgoing.add(room.room, { ...store.address(room), txt, reply });
  toEnd();
}

function toEnd() {
  store.current.line = store.current.unread ? store.current.line : null;
  if (store.current.atHead) messages.toEnd();
  else show(store.current, null);
  view.redraw("messages");
}

function change(fields) {
  notice.clear();
  outgoing.add(store.current.room, { ...fields, room: store.current.room });
}

function editLast() {
  const room = store.current;
  const last = room.messages.findLast(({ userid, deleted }) => userid === me && !deleted);
  if (last && room.atHead && !outgoing.isSending(room.room)) edit(last);
}

function edit({ seq, msg }) {
  composer.edit({ seq, text: outgoing.editOf(store.current.room, seq) ?? msg });
}

function ask(frame) {
  notice.clear();
  if (connection.send(frame)) return;
  wanted = null;
  notice.show(_("That needs a connection: try again when it is back."));
}

function join(name) {
  wanted = name.trim().normalize("NFC");
  if (store.rooms.has(wanted)) choose(store.room(wanted));
  else ask({ type: "join", room: wanted });
}

const leave = () => ask({ type: "leave", room: store.current.room });

notifier.addEventListener("change", () => {
  view.redraw("rooms");
  view.drawTitle();
});
listen({ store, notifier, view, messages, open, choose, join, leave, toEnd });
const [, low, high] = location.hash.match(/^#@(\d+)\.(\d+)$/) ?? [];
open([Number(low), Number(high)].includes(me) ? store.room(`@${low}.${high}`) : store.room(firstRoom));
if (!view.narrow) composer.focus();
connection.open();
