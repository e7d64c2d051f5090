// A program on the JavaScript client, for tests: the options of a Client in its argument, calls as lines of JSON on its input, and
// what it is told as lines of JSON on its output.

import { createInterface } from "node:readline";
import { Client } from "../../static/js/client/client.js";

const chat = new Client(JSON.parse(process.argv[2]));
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const event = ({ type, data }) => ({ kind: type, ...data });

for (const name of ["state", "reset", "refused"]) chat.addEventListener(name, ({ detail }) => print({ [name]: detail }));
chat.addEventListener("event", ({ detail }) => print({ event: event(detail), position: chat.position }));

let events;
const calls = {
  next: async () => event((await (events ??= chat.events()).next()).value),
  position: async () => chat.position,
};

// A call: [number, name of a method, arguments …].
for await (const line of createInterface({ input: process.stdin })) {
  const [number, name, ...given] = JSON.parse(line);
  const answered = (answer) => print({ call: number, ...answer });
  Promise.resolve((calls[name] ?? chat[name].bind(chat))(...given)).then(
    (result) => answered({ result: result ?? null }),
    ({ message, code, status }) => answered({ error: code ?? message, status }),
  );
}
chat.close();
