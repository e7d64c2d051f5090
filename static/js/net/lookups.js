// What the page asks the server for once a person looks for it.

import { get } from "./api.js";
import { noteBots } from "../lib/bots.js";

export const commands = (room) => get("/commands/", { room });
export const users = (q) => people({ q });
export const everyone = (after) => people({ all: 1, after });
export const filesOf = (room, q, before) => get("/files/", { room, q: q || undefined, before });
export const usedByFiles = () => get("/files/"); // bytes of one's own files: {used, most}
export const latest = () => get("/latest/");

export async function search(q, where = {}) {
  const found = await get("/search/", { q, ...where });
  noteBots(found.events.map(({ data }) => data));
  return found;
}

async function people(fields) {
  const found = await get("/users/", fields);
  noteBots(found.users);
  return found;
}
