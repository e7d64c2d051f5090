// The members of a room, a page after the other: owners first, then moderators, then those who are online.

import { roomOf } from "../net/rooms.js";
import { botMark, noteBots } from "../lib/bots.js";
import { arrange, avatar, button, element, iconButton } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { isBelow, powersIn } from "../lib/powers.js";
import { signs } from "../lib/signs.js";
import "../lib/words.js";

const PAUSE = 200; // milliseconds in a room before its members are requested
const FRESH = 60_000; // and after which they are requested again, while the list has one page

export const roleWords = { owner: _("owner"), moderator: _("moderator"), member: "" };

export class Members {
  node = element("section");
  error = ""; // the reason for which they could not be had
  #page; // {store, onPerson(userid, name), onMember(opener, room, person), onAdd(room, isMember), onInvite(room)}
  #onChange;
  #room = null;
  #people = []; // as the server lists them: {userid, username, role, online, muted}
  #timer = 0; // runs until they are requested again
  #turn = 0; // counts requests: answers to older ones are ignored
  #list = element("ul");
  #add = button(_("Add people"), () => this.#page.onAdd(this.#room, (userid) => this.#indexOf(userid) >= 0));
  #link = button(_("Invite by a link"), () => this.#page.onInvite(this.#room));
  #more = button("", () => this.#request(true), "wide");

  constructor(page, onChange) {
    this.#page = page;
    this.#onChange = onChange;
    const head = element("div", "head");
    const title = Object.assign(element("h3", "", _("Members")), { id: "members-title" });
    head.append(title, this.#add, this.#link);
    this.#list.setAttribute("aria-labelledby", title.id);
    this.node.append(head, this.#list, this.#more);
    page.store.addEventListener("change", ({ detail: { room, data } }) => room === this.#room && data.what && this.#take(data));
  }

  show(room) {
    this.#room = room;
    this.#people = [];
    this.error = "";
    this.#turn++;
    this.#requestAfter(PAUSE);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#turn++;
  }

  // Takes over what the server answered about one of them: {userid, username, role, muted}.
  patch(person) {
    const at = this.#indexOf(person.userid);
    if (at >= 0) this.#people[at] = { ...this.#people[at], muted: undefined, ...person };
    this.#onChange();
  }

  #indexOf(userid) {
    return this.#people.findIndex((person) => person.userid === userid);
  }

  #requestAfter(pause) {
    const room = this.#room;
    clearTimeout(this.#timer);
    const isWanted = () => room === this.#room && this.#page.store.rooms.has(room.room); // it may have been left
    if (!room.pair && !room.missing) this.#timer = setTimeout(() => isWanted() && this.#request(), pause);
  }

  // Requests the members, or, if `further`, the page after those that are shown.
  async #request(further = false) {
    const mine = ++this.#turn;
    const kept = further ? this.#people : [];
    try {
      const { people, members } = await roomOf(this.#room.room, kept.at(-1)?.userid);
      if (mine !== this.#turn) return;
      const known = new Set(kept.map(({ userid }) => userid));
      this.#people = [...kept, ...noteBots(people).filter(({ userid }) => !known.has(userid))];
      this.#room.members = members;
      this.error = "";
    } catch ({ message }) {
      if (mine !== this.#turn) return;
      this.error = message;
    }
    if (!further) this.#requestAfter(FRESH);
    else clearTimeout(this.#timer);
    this.#onChange();
    if (further) this.#list.children[kept.length]?.querySelector("button").focus();
  }

  // Follows a notice of the room.
  #take({ what, userid, username, by, user, role = "member", until }) {
    const at = this.#indexOf(what === "joined" ? by : userid);
    const isNew = (what === "added" || what === "joined") && at < 0;
    if (isNew) this.#people.push(what === "joined" ? { userid: by, username: user, role } : { userid, username, role });
    else if (what === "removed" && at >= 0) this.#people.splice(at, 1);
    else if (what === "role" && at >= 0) this.#people[at] = { ...this.#people[at], role };
    else if (what === "muted" && at >= 0) this.#people[at] = { ...this.#people[at], muted: until };
    this.#onChange();
  }

  draw() {
    const { missing, pair } = this.#room;
    this.node.hidden = missing || pair;
    this.#link.hidden = this.#add.hidden = !this.#people.length || !powersIn(this.#room).adds; // whoever has a role is known by then
    const wasInside = this.#list.contains(document.activeElement);
    arrange(this.#list, new Map(this.#people.map((person) => [String(person.userid), this.#entry(person)])));
    if (wasInside && !this.#list.contains(document.activeElement)) this.#list.querySelector("button")?.focus(); // that member is gone
    const more = this.#people.length ? this.#room.members - this.#people.length : 0;
    this.#more.hidden = more <= 0;
    this.#more.textContent = ngettext("and %(count)s more", "and %(count)s more", Math.max(more, 1));
  }

  #entry(person) {
    const { store, onPerson, onMember } = this.#page;
    const { userid, username, role, online, muted } = person;
    const room = this.#room;
    const isMe = userid === store.userid;
    const all = store.people.size >= store.online; // otherwise the page knows only some who are online
    const here = store.people.has(userid) || (online && !all);
    const { owns } = powersIn(room);
    const hasMenu = !isMe && (owns || isBelow(room, person));
    const isMuted = muted && new Date(muted) > new Date();
    const make = () => {
      const item = element("li");
      const row = button("", () => onPerson(userid, username), here ? "online" : "");
      row.append(avatar(userid, username), element("bdi", "", username), ...botMark(userid), ...signs({ quiet: isMuted && _("muted") }));
      if (isMe) row.append(element("span", "note", _("you")));
      if (roleWords[role]) row.append(" ", element("span", "note", roleWords[role]));
      if (here) row.append(element("span", "unseen", _("online")));
      item.append(row);
      if (hasMenu) {
        const more = iconButton("more", _("More for %(name)s", { name: username }), () => onMember(more, room, person));
        more.ariaHasPopup = "menu";
        item.append(more);
      }
      return item;
    };
    return { look: [username, here, role, isMuted, hasMenu].join("\n"), make };
  }
}
