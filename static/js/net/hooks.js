// The webhooks of a room at the server.

import { get, post } from "./api.js";

export const hooksOf = (room) => get("/hooks/", { room });
export const makeHook = (fields) => post("/hooks/", fields); // {room, name, names}. Returns its {url}, too
export const endHook = (id) => post("/hooks/", { end: id });
