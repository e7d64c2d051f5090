// The chat page: ties connection, store, outgoing messages and the views together.

import { history } from "./api.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Messages } from "./messages.js";
import { Notice } from "./notice.js";
import { Outgoing } from "./outgoing.js";
import { LOBBY } from "./room.js";
import { drawPeople, drawRooms } from "./side.js";
import { Status } from "./status.js";
import { Store } from "./store.js";

const { userid, room: firstRoom, signIn, maxChars } = document.body.dataset;
const me = Number(userid);
const $ = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 40rem)");

const store = new Store(me);
const outgoing = new Outgoing(me);
const connection = new Connection(() => store.hello);
const status = new Status($("status"), signIn);
const notice = new Notice($("notice"));
const composer = new Composer($("composer"), Number(maxChars), send, (words) => notice.show(words));
const messages = new Messages($("messages"), me, {
  onScroll: () => {
    if (messages.atStart) loadOlder(store.current);
    if (messages.following) $("to-end").hidden = true;
  },
  onRetry: (cid) => outgoing.retry(cid),
  onDrop: (cid) => outgoing.drop(cid),
});
const loading = new Set();
let wanted = null; // the room that is to open once the server lets us in
let drawn = true;

// --- What is shown --------------------------------------------------------------------------------

// At most once a frame, however much has come.
function redraw() {
  if (drawn) requestAnimationFrame(draw);
  drawn = false;
}

function draw() {
  drawn = true;
  const room = store.current;
  if (messages.following) room.trim();
  messages.draw(room.sorted, outgoing.of(room.room), room.loaded);
  drawRooms($("rooms"), [...store.rooms.values()], room, (name) => choose(store.room(name)));
  drawPeople($("people"), store.people, me, (id) => choose(store.direct(id)));
  $("online").textContent = store.online || "";
  $("title").textContent = room.title;
}

function showPane(rooms) {
  document.body.classList.toggle("rooms", rooms);
  watch();
  if (rooms) $("rooms").querySelector("[aria-current]")?.focus();
}

function watch() {
  const covered = narrow.matches && document.body.classList.contains("rooms");
  store.watch(document.visibilityState === "visible" && !covered);
}

// --- Rooms ----------------------------------------------------------------------------------------

function open(room) {
  notice.clear();
  wanted = null;
  composer.switchTo(room.room);
  store.open(room);
  $("leave").hidden = room.room === LOBBY || store.partner(room.room) !== null;
  $("to-end").hidden = true;
  showPane(false);
  // So that a reload comes back to this room. A private chat may not exist at the server yet: its name stays here.
  const place = store.partner(room.room) === null ? `?num=${encodeURIComponent(room.room)}` : `#${room.room}`;
  window.history.replaceState(null, "", location.pathname + (room.room === LOBBY ? "" : place));
  messages.toEnd();
  redraw();
  // A page that is read after the greeting, and what comes over the socket from the greeting on, leave no gap.
  if (!room.loaded && store.epoch !== null) load(room);
}

// A screen keyboard would cover what was just opened: on a phone the person asks for it.
function choose(room) {
  open(room);
  if (narrow.matches) messages.focus();
  else composer.focus();
}

async function load(room) {
  if (loading.has(room)) return;
  await fetchPage(room, {});
  if (room === store.current) messages.toEnd();
}

async function loadOlder(room) {
  if (!room.loaded || !room.more || !room.events.size || loading.has(room)) return;
  await fetchPage(room, { before: room.first });
}

async function fetchPage(room, position) {
  const events = room.events;
  loading.add(room);
  try {
    const page = await history(room.room, position);
    if (room.events === events) {
      room.add(page.events);
      room.more = page.more;
      room.loaded = true;
    }
    for (const { data } of page.events) outgoing.drop(data.cid);
  } catch (error) {
    notice.show(`Messages could not be loaded: ${error.message}`);
  } finally {
    loading.delete(room);
  }
  if (room.events !== events) load(room); // it was reset meanwhile
  redraw();
}

// --- What comes -----------------------------------------------------------------------------------

connection.addEventListener("state", ({ detail }) => status.show(detail));
connection.addEventListener("frame", ({ detail }) => {
  store.take(detail);
  if (detail.type === 0) {
    outgoing.run();
    if (!store.current.loaded) load(store.current);
  } else if (detail.type === "error") {
    wanted = null;
    notice.show(detail.detail);
  } else if (detail.type === "room" && detail.joined && detail.room === wanted) {
    choose(store.room(wanted));
  }
});
store.addEventListener("stranger", () => location.reload());
store.addEventListener("people", redraw);
store.addEventListener("rooms", () => {
  if (!store.current) return;
  if (!store.rooms.has(store.current.room)) return open(store.room(LOBBY));
  // Not in draw(): a page in the background is not drawn, but its title is seen.
  document.title = `${store.unread ? `(${store.unread}) ` : ""}${store.current.title} · Dweb`;
  redraw();
});
store.addEventListener("message", ({ detail: { room, data } }) => {
  outgoing.drop(data.cid);
  if (room === store.current && !messages.following && data.userid !== me) $("to-end").hidden = false;
});
store.addEventListener("reset", ({ detail: room }) => {
  for (const { cid, state } of outgoing.of(room.room)) if (state === "sent") outgoing.drop(cid);
  if (room === store.current) load(room);
});
outgoing.addEventListener("change", ({ detail: { room, state, detail } }) => {
  if (room === store.current?.room) redraw();
  else if (state === "failed") notice.show(`A message to ${store.room(room).title} was not sent: ${detail}`);
});

// --- What the person does -------------------------------------------------------------------------

function send(text) {
  notice.clear();
  const { room } = store.current;
  messages.following = true;
  outgoing.add(room, text, store.partner(room) ?? undefined);
}

function ask(frame) {
  notice.clear();
  if (connection.send(frame)) return;
  wanted = null;
  notice.show("That needs a connection: try again when it is back.");
}

$("open-room").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.room;
  wanted = field.value.trim().normalize("NFC");
  if (store.rooms.has(wanted)) choose(store.room(wanted));
  else ask({ type: "join", room: wanted });
  field.value = "";
});
$("leave").addEventListener("click", () => ask({ type: "leave", room: store.current.room }));
$("back").addEventListener("click", () => showPane(true));
$("to-end").addEventListener("click", () => messages.toEnd());
document.addEventListener("visibilitychange", watch);
narrow.addEventListener("change", watch);

const [, low, high] = location.hash.match(/^#@(\d+)\.(\d+)$/) ?? [];
open(low === userid || high === userid ? store.room(`@${low}.${high}`) : store.room(firstRoom));
if (!narrow.matches) composer.focus();
connection.open();
