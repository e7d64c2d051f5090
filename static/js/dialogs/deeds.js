// What moderators and owners do to a room and its members: each asks first if it is not easily undone.

import { confirm } from "./confirm.js";
import { askWithReason } from "./reason.js";
import { changeMember, changeRoom } from "../net/rooms.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { isBelow, powersIn } from "../lib/powers.js";
import "../lib/words.js";

const MUTES = { 10: _("For 10 minutes"), 60: _("For an hour"), 1440: _("For a day") }; // minutes
const ROLES = { owner: _("Owner"), moderator: _("Moderator"), member: _("Member") };

export class Deeds {
  #notice;
  #onMember;

  // onMember(person): the server answered so about a member.
  constructor(notice, onMember) {
    this.#notice = notice;
    this.#onMember = onMember;
  }

  // Returns once it is done; throws what the server refuses.
  async rename({ room, name, topic }, wanted, about) {
    const fields = { title: wanted === name ? null : wanted, topic: about === topic ? null : about };
    if (fields.title !== null || fields.topic !== null) await changeRoom(room, fields);
  }

  // Gives a room a picture, a file of one's own, or none; the same of it.
  async depict({ room }, picture) {
    await changeRoom(room, { picture });
  }

  freeze(room) {
    this.#change(room, { frozen: room.frozen ? 0 : 1 });
  }

  changeKind(room) {
    const isPrivate = room.kind === "private";
    const words = isPrivate
      ? _("Everyone who has an account here can then find this room, join it and read its past.")
      : _("Then nobody else can find this room or join it. Its members stay.");
    const title = isPrivate ? _("Open the room to everyone") : _("Make the room private");
    this.#ask(title, words, isPrivate ? _("Open to everyone") : _("Make private"), room, { kind: isPrivate ? "open" : "private" });
  }

  archive(room) {
    const words = room.archived
      ? _("The room is then in everyone’s list again, and its members can write.")
      : _("Nobody can then write in this room, and it leaves the lists. It can still be found and read.");
    const title = room.archived ? _("Take the room out of the archive") : _("Archive the room");
    this.#ask(title, words, room.archived ? _("Take out") : _("Archive"), room, { archived: room.archived ? 0 : 1 });
  }

  // The rows of a menu for what this person may do to a member of a room.
  rowsFor(room, person) {
    const { owns, removes } = powersIn(room);
    const rows = [];
    if (owns && person.role) rows.push({ name: "people", words: _("Role"), note: ROLES[person.role], more: () => this.#roles(room, person) });
    if (!isBelow(room, person)) return rows;
    rows.push({ name: "quiet", words: _("Mute"), more: () => this.#mutes(room, person) });
    if (!removes) return rows;
    return [
      ...rows,
      null,
      { name: "exit", words: _("Remove …"), isBad: true, act: () => this.#askToRemove(room, person, false) },
      { name: "lock", words: _("Remove and ban …"), isBad: true, act: () => this.#askToRemove(room, person, true) },
    ];
  }

  // For admins of the place: the page on which they suspend a person, and more.
  ofAdmins(userid) {
    const { manage } = document.body.dataset;
    return manage ? [{ name: "place", words: _("Suspend and more …"), act: () => location.assign(`${manage}people/${userid}/`) }] : [];
  }

  #roles(room, { userid, role: now }) {
    const isChosen = (role) => role === now;
    const row = ([role, words]) => ({ words, checked: isChosen(role), act: () => isChosen(role) || this.#changeMember(room, { userid, role }) });
    return Object.entries(ROLES).map(row);
  }

  // Of one whose role is not known, neither is whether they are muted.
  #mutes(room, { userid, role, muted }) {
    const row = ([mute, words]) => ({ words, act: () => this.#changeMember(room, { userid, mute }) });
    const mayEnd = !role || new Date(muted ?? 0) > new Date();
    return [...Object.entries(MUTES).map(row), ...(mayEnd ? [row([0, _("Let them write again")])] : [])];
  }

  #askToRemove(room, { userid, username: name }, isBan) {
    const question = isBan
      ? _("%(name)s can then no longer read this room, nor come back until somebody adds them again.", { name })
      : _("%(name)s can then no longer read this room, unless they come back or are added again.", { name });
    const fields = { userid, remove: 1, ban: isBan ? 1 : null };
    const title = isBan ? _("Remove and ban") : _("Remove from this room");
    askWithReason(title, [question], _("Remove"), (reason) => this.#changeMember(room, { ...fields, reason }));
  }

  #ask(title, words, verb, room, fields) {
    confirm(title, [element("p", "", words)], verb, () => this.#change(room, fields));
  }

  #change({ room }, fields) {
    changeRoom(room, fields).catch(({ message }) => this.#notice.show(message));
  }

  #changeMember({ room }, fields) {
    changeMember(room, fields).then(this.#onMember, ({ message }) => this.#notice.show(message));
  }
}
