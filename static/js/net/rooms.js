// Rooms at the server: finds and makes them, and changes them and their members.

import { get, post } from "./api.js";

const addressOf = (room) => `/rooms/${encodeURIComponent(room)}/`;

// Open rooms and one's own with `q` in their titles, a page of them: {rooms, more}. `after`: the wire name of the last one.
export const findRooms = (q, after) => get("/rooms/", { q, after });

// fields: {title, kind, topic, members: user ids}. Returns {room, title, kind}.
export const makeRoom = ({ members, ...fields }) => post("/rooms/", { ...fields, members: members.join(",") || null });

// The room and a page of its people: {…, members: how many, people, more}. `after`: the id of the last one.
export const roomOf = (room, after) => get(addressOf(room), { after });

// fields: any of title, topic, picture (the id of a file, or blank), kind, frozen, archived. Returns the room without people.
export const changeRoom = (room, fields) => post(addressOf(room), fields);

// fields: {userid} and one of role, remove, mute; optionally ban, reason. Returns the member.
export const changeMember = (room, fields) => post(`${addressOf(room)}members/`, fields);
