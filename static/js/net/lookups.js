// What the page asks the server for once a person looks for it.

import { get } from "./api.js";

export const users = (q) => get("/users/", { q });
export const latest = () => get("/latest/");
export const search = (q, where = {}) => get("/search/", { q, ...where });
