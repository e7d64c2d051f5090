// The frame that greets the server and resumes the rooms.

const HELLO_BYTES = 60_000; // bytes: the server takes frames of 64 KiB
const LEAST = 13; // for which a room counts: so at most 100 go with a stream of events
const encoder = new TextEncoder();

// `rooms`: each {room, last, loaded, forget()}; `last` is the number up to which its events have come, or null. `epoch`: null
// before the first greeting. Of very many rooms, those that do not fit into the frame are forgotten and loaded again; the ones
// with messages come first.
export function helloOf(rooms, epoch, most = HELLO_BYTES) {
  if (epoch === null) return { type: "hello" };
  const last = Object.create(null); // a room may be called __proto__
  let bytes = 0;
  for (const room of [...rooms].sort((one, other) => other.loaded - one.loaded)) {
    if (room.last === null) continue;
    bytes += Math.max(LEAST, encoder.encode(`"${room.room}":${room.last},`).length);
    if (bytes < most) last[room.room] = room.last;
    else room.forget();
  }
  return { type: "hello", epoch, last };
}
