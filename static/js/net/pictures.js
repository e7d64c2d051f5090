// Pictures of people and rooms at the server: which file each is, and another one for oneself.

import { get, post } from "./api.js";

// Of these ids and names: {users: {id: file}, rooms: {name: file}}, without those that have none.
export const picturesOf = ({ users = [], rooms = [] }) => get("/pictures/", { users: users.join() || null, rooms: rooms.join() || null });

// `file`: the id of a picture of one's own; empty: none any more.
export const choosePicture = (file) => post("/profile/", { picture: file });
