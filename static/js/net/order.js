// Reports of messages at the server: makes them, lists those that this person may settle, and settles them.

import { get, post } from "./api.js";

export const report = (room, seq, reason) => post("/reports/", { room, seq, reason });

// A page of them, the oldest first: {reports, more}. `after`: the id of the last one.
export const reports = (after) => get("/reports/", { after });

export const resolve = (id, reason) => post(`/reports/${id}/`, { reason });
