// Loads pages of a room's history: around a place, before the loaded stretch, or after it. A room has one request at a
// time. A page that is read after the greeting, and the events of the socket after it, leave no gap.

import { history } from "../net/api.js";

const BEFORE = 30; // events around a place
const AFTER = 60;
const PAGE = 100;

const queues = new Map(); // rooms to the promise of their last request

export const isBusy = (room) => queues.has(room);

// Loads the messages around `place` (a number; null: the newest). `take` is called with each page's messages.
export function load(room, place, take) {
  return inTurn(room, async () => {
    if (place === null ? room.loaded && room.atHead : room.covers(place)) return;
    room.expect();
    if (place === null) {
      const { events, more } = await page(room, { limit: BEFORE + AFTER }, take);
      room.replace(events, more, true);
    } else {
      const asked = [{ before: place + 1, limit: BEFORE }, { after: place, limit: AFTER }];
      const [before, after] = await Promise.all(asked.map((position) => page(room, position, take)));
      room.replace([...before.events, ...after.events], before.more, !after.more);
    }
  });
}

export function loadOlder(room, take) {
  return inTurn(room, async () => {
    const { first } = room;
    const { events, more } = await page(room, { before: first, limit: PAGE }, take);
    // Meanwhile the room may have dropped messages far above.
    if (room.first === first) room.prepend(events, more);
  });
}

export function loadNewer(room, take) {
  return inTurn(room, async () => {
    room.expect();
    const { events, more } = await page(room, { after: room.end, limit: PAGE }, take);
    room.append(events, !more);
  });
}

class Outdated extends Error {}

async function page(room, position, take) {
  const age = room.age;
  const { events, more } = await history(room.room, position);
  if (room.age !== age) throw new Outdated();
  const data = events.map((event) => event.data);
  take(data);
  return { events: data, more };
}

function inTurn(room, work) {
  const turn = (queues.get(room) ?? Promise.resolve()).catch(() => {}).then(work);
  const done = turn.catch((error) => {
    if (!(error instanceof Outdated)) throw error;
  });
  queues.set(room, done);
  const clear = () => queues.get(room) === done && queues.delete(room);
  done.then(clear, clear);
  return done;
}
