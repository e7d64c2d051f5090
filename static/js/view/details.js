// The details of the open room: who is in it, what the person wants to be told of, and the way out.

import { members } from "../net/api.js";
import { $, arrange, avatar, button, element, icon, roomAvatar } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";
import { makeWay, Part } from "./panel.js";

const PAUSE = 200; // milliseconds in a room before its members are requested
const FRESH = 60_000; // and after which they are requested again

export class Details extends Part {
  name = "details";
  title = _("Details");
  opener = $("title");
  nodes;
  #page; // {store, navigation, onChoice(room, type, value): it was sent, onLeave()}
  #room = null; // the one that is shown
  #found = null; // its members as the server has listed them: {members, count}
  #timer = 0; // runs until they are requested again
  #face = element("span");
  #name = element("bdi");
  #about = element("p");
  #people = element("section");
  #list = element("ul");
  #more = element("p");
  #levels = element("fieldset");
  #pin = button("", () => this.#page.onChoice(this.#room, "pinned", !this.#room.pinned), "row");
  #leave = button(_("Leave the room"), () => this.#askToLeave(), "button");

  constructor(page) {
    super();
    this.#page = page;
    const who = element("div", "who");
    const body = element("div", "body");
    who.append(this.#face, this.#name, this.#about);
    this.#list.setAttribute("aria-labelledby", "members-title");
    this.#people.append(Object.assign(element("h3", "", _("Members")), { id: "members-title" }), this.#list, this.#more);
    this.#pin.append(icon("pin"), element("span", "", _("Pinned: first in my list")), element("i", "switch"));
    this.#pin.role = "switch";
    body.append(who, this.#levels, this.#pin, this.#people);
    this.nodes = [body, this.#leave];
  }

  begin() {
    this.#room = null;
    this.draw();
  }

  end() {
    clearTimeout(this.#timer);
  }

  draw() {
    if (!this.isShown) return;
    const { store } = this.#page;
    const room = store.current;
    if (room !== this.#room) this.#begin(room);
    const title = store.title(room);
    const partner = store.partner(room);
    const make = () => (partner === null ? roomAvatar(room.room, title) : avatar(partner, title));
    arrange(this.#face, new Map([[room.room, { look: title, make }]]));
    this.#name.textContent = title;
    this.#people.hidden = room.direct;
    this.#leave.hidden = room.room === LOBBY || room.direct;
    this.#drawMembers();
    for (const radio of this.#levels.querySelectorAll("input")) radio.checked = radio.value === room.level;
    this.#pin.ariaChecked = String(room.pinned);
    this.#pin.hidden = this.#levels.hidden = room.last === null; // the server does not know it yet
  }

  #begin(room) {
    this.#room = room;
    this.#found = null;
    this.#about.textContent = room.direct ? _("Private chat") : "";
    this.#levels.replaceChildren(element("legend", "", _("Tell me about")), this.#track(room));
    this.#requestAfter(PAUSE, room);
  }

  #requestAfter(pause, room) {
    clearTimeout(this.#timer);
    const isWanted = () => this.#page.store.rooms.has(room.room); // it may have been left
    if (!room.direct) this.#timer = setTimeout(() => isWanted() && this.#request(room), pause);
  }

  async #request(room) {
    try {
      const found = await members(room.room);
      if (room !== this.#room) return;
      this.#found = found;
      this.#about.textContent = ngettext("%(count)s member", "%(count)s members", found.count);
    } catch (error) {
      if (room === this.#room) this.#about.textContent = error.message;
    }
    if (room !== this.#room || !this.isShown) return;
    this.#requestAfter(FRESH, room);
    this.draw();
  }

  #drawMembers() {
    const { store, navigation } = this.#page;
    const { members: found = [], count = 0 } = this.#found ?? {};
    const all = store.people.size >= store.online; // otherwise the page knows only some who are online
    const entries = found.map(({ userid, username, online }) => {
      const here = store.people.has(userid) || (online && !all);
      const make = () => {
        const item = element("li");
        const row = button("", () => {
          makeWay();
          navigation.choose(store.direct(userid, username));
        }, here ? "online" : "");
        row.append(avatar(userid, username), element("bdi", "", username));
        if (userid === store.userid) row.append(element("span", "note", _("you")));
        if (here) row.append(element("span", "unseen", _("online")));
        item.append(row);
        return item;
      };
      return [String(userid), { look: `${username}\n${here}`, make }];
    });
    arrange(this.#list, new Map(entries));
    const more = count - found.length;
    this.#more.textContent = more > 0 ? ngettext("and %(count)s more", "and %(count)s more", more) : "";
  }

  // In a private chat everything is meant for this person.
  #track(room) {
    const track = element("div", "track");
    const words = { all: _("Everything"), mentions: _("Mentions"), nothing: _("Nothing") };
    for (const [level, text] of Object.entries(words)) {
      if (level === "mentions" && room.direct) continue;
      const label = element("label");
      const radio = Object.assign(element("input"), { type: "radio", name: "level", value: level });
      radio.addEventListener("change", () => this.#page.onChoice(room, "level", level) || this.draw());
      label.append(radio, element("span", "", text));
      track.append(label);
    }
    return track;
  }

  #askToLeave() {
    makeWay();
    this.#page.onLeave();
  }
}
