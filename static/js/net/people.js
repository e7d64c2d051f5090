// People at the server: the card of one of them, and whom this person blocks.

import { get, post } from "./api.js";

// {username, account, since, online, role, timezone, rooms, more}; throws for one who is gone.
export const personOf = (userid) => get(`/people/${userid}/`);

export const block = (userid, on) => post("/blocks/", { userid, blocked: on ? 1 : 0 });
