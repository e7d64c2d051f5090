// What a connection does when WebSocket fails where HTTP does not, as behind a proxy that strips Upgrade: it reads the stream of
// GET /events/, and tries a socket again after growing pauses.

import { EventStream, HELLO_BYTES } from "./stream.js";

const FIRST_PAUSE = 30_000; // milliseconds before the next socket is tried, doubled with each that fails
const LONGEST_PAUSE = 300_000;
const pauses = new WeakMap(); // a socket that opens and says nothing leads here again: the pauses grow on

export function fallBack(connection) {
  if (connection.helloBytes) return;
  const { make, server } = connection;
  let timer;
  connection.make = () => new EventStream(server);
  connection.helloBytes = HELLO_BYTES;
  connection.addEventListener("state", watch);
  wait();

  function wait() {
    if (!connection.helloBytes) return;
    const pause = pauses.get(connection) ?? FIRST_PAUSE;
    pauses.set(connection, Math.min(LONGEST_PAUSE, pause * 2));
    timer = setTimeout(probe, pause * (0.5 + Math.random() / 2));
  }

  function probe() {
    const socket = make();
    socket.addEventListener("close", wait, { once: true });
    socket.addEventListener("open", () => {
      if (!connection.helloBytes) return socket.close();
      end();
      connection.make = make;
      connection.use(socket);
    });
  }

  function watch() {
    if (!connection.make) end(); // it was ended
  }

  function end() {
    clearTimeout(timer);
    connection.removeEventListener("state", watch);
    connection.helloBytes = undefined;
  }
}
