// The chat page: ties connection, store, outgoing messages and the views together.

import { history } from "./api.js";
import { Connection } from "./connection.js";
import { Messages } from "./messages.js";
import { Outgoing } from "./outgoing.js";
import { drawPeople, drawRooms, title } from "./side.js";
import { Status } from "./status.js";
import { Store } from "./store.js";

const { userid, room: firstRoom, signIn } = document.body.dataset;
const me = Number(userid);
const $ = (id) => document.getElementById(id);

const store = new Store(me);
const outgoing = new Outgoing(me);
const connection = new Connection(() => store.hello);
const status = new Status($("status"), signIn);
const messages = new Messages($("messages"), me, {
  onOlder: () => loadOlder(store.current),
  onRetry: (cid) => outgoing.retry(cid),
  onDrop: (cid) => outgoing.drop(cid),
});
const loading = new Set();
const drafts = new Map();

function draw(place) {
  const room = store.current;
  messages.draw(room.sorted, outgoing.of(room.room), place);
}

async function open(room) {
  const field = $("composer").txt;
  if (store.current) drafts.set(store.current.room, field.value);
  store.current = room;
  field.value = drafts.get(room.room) ?? "";
  document.body.classList.remove("rooms");
  $("title").textContent = title(room);
  $("leave").hidden = room.room === "lobby" || room.room.startsWith("@");
  document.title = `${title(room)} · Dweb`;
  draw("end");
  store.read(room);
  if (!room.loaded) await load(room);
}

// The newest page of a room. Events that arrive meanwhile over the socket are the same ones, by number.
async function load(room) {
  await fetchPage(room, {}, () => {
    room.loaded = true;
  });
  if (room === store.current) draw("end");
}

async function loadOlder(room) {
  if (!room?.loaded || !room.more || !room.events.size) return;
  if (await fetchPage(room, { before: room.first })) if (room === store.current) draw();
}

async function fetchPage(room, position, done = () => {}) {
  if (loading.has(room)) return false;
  loading.add(room);
  try {
    const page = await history(room.room, position);
    store.add(room, page.events);
    room.more = page.more;
    done();
    return true;
  } catch (error) {
    status.warn(`Older messages could not be loaded: ${error.message}`);
    return false;
  } finally {
    loading.delete(room);
  }
}

connection.addEventListener("state", ({ detail }) => status.show(detail));
connection.addEventListener("frame", ({ detail }) => {
  store.take(detail);
  if (detail.type === 0) {
    outgoing.run();
    if (!store.current.loaded) load(store.current);
  } else if (detail.type === "error") {
    status.warn(detail.detail);
  }
});
store.addEventListener("rooms", () => {
  if (!store.rooms.has(store.current.room)) open(store.room("lobby"));
  $("title").textContent = title(store.current);
  drawRooms($("rooms"), [...store.rooms.values()], store.current, open);
});
store.addEventListener("people", () => {
  $("online").textContent = store.online;
  drawPeople($("people"), store.people, me, (id, name) => {
    open(store.direct(id, name));
  });
});
store.addEventListener("message", ({ detail: { room, data } }) => {
  if (outgoing.messages.has(data.cid)) return outgoing.drop(data.cid); // which draws the room
  if (room !== store.current) return;
  const newest = data.seq === Math.max(...room.events.keys());
  if (newest) messages.append(data, outgoing.of(room.room));
  else draw();
});
store.addEventListener("reset", ({ detail: room }) => {
  if (room === store.current) load(room);
});
outgoing.addEventListener("change", ({ detail }) => {
  if (detail.room === store.current?.room) draw(detail.state === "pending" ? "end" : "keep");
});

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.txt;
  if (!field.value.trim()) return;
  const room = store.current;
  outgoing.add(room.room, field.value, store.partner(room.room) ?? undefined);
  field.value = "";
  field.focus();
});
$("composer").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});
$("open-room").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = event.target.room.value.trim().normalize("NFC");
  connection.send({ type: "join", room: name });
  store.addEventListener("rooms", function opened() {
    if (!store.rooms.has(name)) return;
    store.removeEventListener("rooms", opened);
    open(store.rooms.get(name));
  });
  event.target.reset();
});
$("leave").addEventListener("click", () => connection.send({ type: "leave", room: store.current.room }));
$("back").addEventListener("click", () => document.body.classList.add("rooms"));

open(store.room(firstRoom));
connection.open();
