// Requests about one's own account: the name, the devices and codes for further ones, the tokens of programs.

import { csrf, get, request } from "./api.js";

export const profile = () => get("/profile/", {});
export const rename = (username) => post("/profile/", { username });
export const sessions = () => get("/sessions/", {});
export const end = (which) => post("/sessions/", { end: which });
export const tokens = () => get("/tokens/", {});
export const makeToken = (fields) => post("/tokens/", fields);
export const endToken = (id) => post("/tokens/", { end: id });
export const makeCode = () => post("/handover/", {});
export const stateOf = (id) => get("/handover/", { id });
export const answer = (id, yes) => post("/handover/", { id, answer: yes ? "yes" : "no" });

function post(url, fields) {
  const body = new URLSearchParams(fields);
  return request(url, { method: "POST", headers: { "X-CSRFToken": csrf() }, keepalive: true, body });
}
