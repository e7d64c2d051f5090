// What the page asks the server for once a person looks for it.

import { get } from "./api.js";

export const users = (q) => get("/users/", { q });
export const commands = (room) => get("/commands/", { room });
export const everyone = (after) => get("/users/", { all: 1, after });
export const filesOf = (room, q, before) => get("/files/", { room, q: q || undefined, before });
export const usedByFiles = () => get("/files/"); // bytes of one's own files: {used, most}
export const latest = () => get("/latest/");
export const search = (q, where = {}) => get("/search/", { q, ...where });
