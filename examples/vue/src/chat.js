// The chat as reactive state: the rooms of the person, their messages, and who is online.

import { reactive } from "vue";
import { ApiError, Client } from "../../../static/js/client/client.js";

export const chat = reactive({
  state: "closed",
  streams: false, // WebSocket does not get through
  me: null, // {userid, username}
  rooms: new Map(), // names to {room, title, messages, seq, unread, loaded}
  people: new Map(), // those online: ids to names
  open: null, // the name of the room that is shown
});
let client = null;
let wanted = null; // the name of the room that is being joined

const csrf = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";

// Signs in with a password: from then on the browser sends the session's cookie. False: it is wrong.
export async function signIn(account, password) {
  await fetch("/"); // sets the cookie of the CSRF token
  const body = new URLSearchParams({ userNameOrEmailAddress: account, password, csrfmiddlewaretoken: csrf() });
  const answer = await fetch("/", { method: "POST", body, redirect: "manual" });
  return answer.type === "opaqueredirect";
}

// Connects, with a token or as the person who has signed in.
export function connect(token) {
  client?.close();
  client = new Client({ url: location.origin, token, csrf });
  client.addEventListener("state", ({ detail }) => Object.assign(chat, { state: detail.name, streams: detail.streams }));
  client.addEventListener("frame", ({ detail }) => takeFrame(detail));
  client.addEventListener("event", ({ detail }) => takeEvent(detail));
  client.addEventListener("reset", ({ detail }) => load(roomOf(detail.room)));
  client.connect();
}

export function roomOf(name, title = name) {
  if (!chat.rooms.has(name)) {
    chat.rooms.set(name, { room: name, title, messages: [], seq: 0, unread: 0, loaded: false });
  }
  return chat.rooms.get(name);
}

export function openRoom(name) {
  chat.open = name;
  const room = roomOf(name);
  if (!room.loaded) load(room);
  markRead(room);
}

// The private chat with a person: the two ids in order name it. The server has it from its first message on.
export function openPerson(userid, username) {
  const [low, high] = [chat.me.userid, userid].sort((one, other) => one - other);
  openRoom(roomOf(`@${low}.${high}`, username).room);
}

// Opens the room of this name once the server has let the person in; an open room is made if there is none.
export function joinRoom(name) {
  wanted = name;
  if (chat.rooms.has(name)) openRoom(name);
  else client.open(name);
}

// Sends until the server has the message, or refuses it: then this throws the reason.
export function send(name, txt) {
  const ids = /^@(\d+)\.(\d+)$/.exec(name)?.slice(1).map(Number);
  const to = ids ? { userto: ids.find((id) => id !== chat.me.userid) } : { room: name };
  return client.send({ ...to, txt });
}

export const isRefusal = (error) => error instanceof ApiError;

// The newest messages; those that come meanwhile are put behind them.
async function load(room) {
  const { events } = await client.history(room.room, { limit: 50 }).catch(noneYet);
  room.messages = [];
  room.seq = 0;
  for (const event of events) put(room, event);
  room.loaded = true;
  markRead(room);
}

// A private chat is made by its first message.
function noneYet(error) {
  if (error.code !== "not_found") throw error;
  return { events: [] };
}

function takeFrame(frame) {
  const { type, rooms, room, data } = frame;
  if (type === 0) {
    chat.me = { userid: frame.userid, username: frame.username };
    chat.people = new Map(frame.userlist.map(({ userid, username }) => [userid, username]));
  } else if (type === "presence") {
    for (const { userid } of frame.left) chat.people.delete(userid);
    for (const { userid, username } of frame.joined) chat.people.set(userid, username);
  } else if (type === "room") {
    if (frame.joined) roomOf(room, frame.title ?? frame.name);
    else chat.rooms.delete(room);
    if (frame.joined && room === wanted) openRoom(room);
  } else if (type === "read" && frame.userid === chat.me.userid) {
    roomOf(room).unread = 0;
  }
  for (const each of rooms ?? []) {
    Object.assign(roomOf(each.room), { title: each.title ?? each.name, unread: each.unread });
  }
  if (type === 1 && data.room.startsWith("@") && data.userid !== chat.me.userid) roomOf(data.room, data.user);
}

function takeEvent(event) {
  const room = roomOf(event.data.room);
  if (room.loaded) put(room, event);
  if (room.room === chat.open) markRead(room, event.data.seq);
  else if (event.type === 1 && event.data.userid !== chat.me.userid) room.unread++;
}

function put(room, { type, data }) {
  if (data.seq <= room.seq) return; // it is in the history that was loaded
  room.seq = data.seq;
  const changed = data.of && room.messages.find(({ seq }) => seq === data.of);
  if (type === 1) room.messages.push(data);
  else if (type === "edit" && changed) changed.msg = data.msg;
  else if (type === "delete" && changed) Object.assign(changed, { msg: "", deleted: true });
}

function markRead(room, seq = room.seq) {
  if (seq) client.read(room.room, seq);
  room.unread = 0;
}
