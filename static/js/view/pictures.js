// Shows the pictures of people and rooms in the circles and squares of lib/dom.js, wherever these are. Asks the server once whose
// pictures are which files, and follows what it says of them later.

import { ApiError } from "../net/api.js";
import { picturesOf } from "../net/pictures.js";
import { element } from "../lib/dom.js";
import { showPreview } from "../lib/previews.js";
import { loadStyles } from "../lib/styles.js";

await loadStyles(new URL("../../css/pictures.css", import.meta.url));

const MOST = 200; // people, and as many rooms, in a request
const LONGEST = 3_000; // characters of a request's address: the server takes a line of 4,094 bytes
const KEPT = 5_000; // people and rooms of which is known whether they have a picture
const SOON = 50; // milliseconds in which those to ask for gather
const PAUSE = 10_000; // milliseconds before the next try
const LATER = 600_000; // milliseconds before a picture that could not be loaded is asked for again
const SPREAD = 20_000; // milliseconds over which pages ask again after the server was away, and
const SPREAD_NEW = 2_000; // over which they load a new picture, of which a preview has to be made first

const WITH_PICTURES = /^(users \d+|rooms [^@,].*)$/; // private chats have none of their own
const FACES = ".avatar[data-whose]";
const known = new Map(); // keys to {file, isLoaded}; the file is empty if there is none
const wanted = new Set(); // keys to ask for
const asked = new Set(); // keys in the request that is under way
let timer = 0; // not 0: a request is under way, or comes
let isFollowing = false;

// Shows all pictures from now on. A page without a connection learns of no other ones. A second call does nothing.
export function follow(connection) {
  if (isFollowing) return;
  isFollowing = true;
  new MutationObserver(drawNew).observe(document.body, { childList: true, subtree: true });
  connection?.addEventListener("frame", ({ detail }) => take(detail));
  connection?.addEventListener("state", ({ detail }) => noteState(detail));
  drawAll();
}

// --- What the server says -------------------------------------------------------------------------

function take({ type, userid, room, joined, picture, data }) {
  if (type === "picture") learn(`users ${userid}`, picture);
  else if (type === "notice" && data.what === "picture") learn(`rooms ${data.room}`, data.picture);
  else if (type === "room" && joined) learn(`rooms ${room}`, picture); // one that has none has no such field
  else return;
  if (picture ?? data?.picture) setTimeout(drawAll, Math.random() * SPREAD_NEW);
  else drawAll();
}

let hasMissed = false; // what came while there was no connection

function noteState({ name }) {
  if (name === "connecting") hasMissed = true;
  if (name !== "online" || !hasMissed) return;
  hasMissed = false;
  setTimeout(askAgain, Math.random() * SPREAD);
}

// What is shown stays until the answer.
function askAgain() {
  const shown = new Set(faces().map(keyOf));
  for (const key of [...known.keys()]) {
    if (shown.has(key)) want(key);
    else known.delete(key);
  }
}

function learn(key, file = "") {
  wanted.delete(key);
  asked.delete(key);
  if (known.get(key)?.file === file) return;
  known.delete(key);
  known.set(key, { file, isLoaded: false });
  if (known.size > KEPT) known.delete(known.keys().next().value);
}

// --- What the server is asked ---------------------------------------------------------------------

function want(key) {
  if (asked.has(key) || !WITH_PICTURES.test(key)) return;
  wanted.add(key);
  timer ||= setTimeout(ask, SOON);
}

async function ask() {
  const { users, rooms } = nextBatch();
  let pause = SOON;
  try {
    const found = await picturesOf({ users, rooms });
    learnAll((kind, whose) => (Object.hasOwn(found[kind], whose) ? found[kind][whose] : ""));
  } catch (error) {
    const isRefused = error instanceof ApiError && error.status < 500 && error.code !== "too_fast";
    if (isRefused) learnAll(() => "");
    else pause = PAUSE;
    for (const key of asked) wanted.add(key);
  }
  asked.clear();
  timer = wanted.size ? setTimeout(ask, pause) : 0;
  drawAll();
}

// What has come meanwhile from elsewhere is newer than the answer, and no longer among what was asked.
function learnAll(fileOf) {
  for (const key of [...asked]) learn(key, fileOf(...key.split(" ")));
}

function nextBatch() {
  const batch = { users: [], rooms: [] };
  let left = LONGEST;
  for (const key of wanted) {
    const [kind, whose] = key.split(" ");
    left -= encodeURIComponent(`${whose},`).length;
    if (left < 0 || batch[kind].length === MOST) break;
    batch[kind].push(whose);
    asked.add(key);
  }
  for (const key of asked) wanted.delete(key);
  return batch;
}

// --- The faces ------------------------------------------------------------------------------------

const faces = () => [...document.querySelectorAll(FACES)];
const keyOf = (face) => `${face.matches(".room") ? "rooms" : "users"} ${face.dataset.whose}`;

function drawNew(records) {
  for (const { addedNodes } of records) {
    for (const node of addedNodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (node.matches(FACES)) draw(node);
      else for (const face of node.querySelectorAll(FACES)) draw(face);
    }
  }
}

function drawAll() {
  for (const face of faces()) draw(face);
}

// The letter, or the picture before, is seen until the picture is loaded.
function draw(face) {
  const key = keyOf(face);
  const entry = known.get(key);
  if (!entry) return want(key);
  const { file, isLoaded } = entry;
  const before = [...face.querySelectorAll("img")];
  if ((before.at(-1)?.dataset.file ?? "") === file) return;
  const clear = () => before.forEach((image) => image.remove());
  if (!file) return clear();
  const image = element("img", isLoaded ? "loaded" : "");
  const manner = isLoaded ? { decoding: "sync" } : { decoding: "async", loading: "lazy" }; // what was loaded does not flicker
  Object.assign(image, { alt: "", draggable: false, ...manner });
  image.dataset.file = file;
  face.append(image);
  showPreview(image, `/files/${file}/preview`).then((isShown) => {
    if (!isShown) {
      // None can be made of it, or the server had too much to do.
      entry.file = "";
      image.remove();
      clear();
      setTimeout(() => known.get(key) === entry && known.delete(key), LATER);
    } else if (image.matches(".loaded")) {
      entry.isLoaded = true;
      clear();
    }
  });
}
