// The details of the open room: what it is about, who is in it and what files it has, what the person wants to be told of, and what they may
// change of it.

import { Members } from "./members.js";
import { makeWay, Part } from "./panel.js";
import { RoomFiles } from "./room_files.js";
import { RoomForm } from "./room_form.js";
import { $, arrange, avatar, button, element, icon, roomAvatar } from "../lib/dom.js";
import { _, ngettext } from "../lib/i18n.js";
import { LOBBY } from "../state/room.js";
import { powersIn } from "../lib/powers.js";

const meanings = {
  lobby: _("Everyone who has an account is here."),
  open: _("Everyone here can find this room and join it."),
  private: _("By invitation: only its members can see it."),
  direct: _("Private chat"),
};

export class Details extends Part {
  name = "details";
  title = _("Details");
  opener = $("title");
  nodes;
  #page; // {store, deeds, onChoice(room, type, value): it was sent, onLeave(), onFile(room, seq), and those of members.js}
  #room = null; // the one that is shown
  #face = element("span");
  #name = element("bdi");
  #about = element("p");
  #topic = element("p", "topic");
  #meaning = element("p", "meaning");
  #form;
  #members;
  #files;
  #levels = element("fieldset");
  #pin = toggle("pin", _("Pinned: first in my list"), () => this.#page.onChoice(this.#room, "pinned", !this.#room.pinned));
  #hide = row("hide", () => this.#chooseHidden());
  #freeze = toggle("frost", _("Only moderators write"), () => this.#page.deeds.freeze(this.#room));
  #doors = row("lock", () => this.#page.deeds.changeKind(this.#room));
  #archive = row("archive", () => this.#page.deeds.archive(this.#room));
  #reports = row("flag", () => {}, _("Reports"));
  #hooks = row("link", () => this.#openHooks(), _("Webhooks …"));
  #deeds = element("section");
  #leave = button(_("Leave the room"), () => this.#askToLeave(), "button");

  constructor(page) {
    super();
    this.#page = page;
    this.#members = new Members(page, () => this.draw());
    this.#files = new RoomFiles(page);
    this.#form = new RoomForm(page.deeds, () => this.draw());
    const who = element("div", "who");
    const body = element("div", "body");
    const heading = Object.assign(element("h3", "", _("Room")), { id: "deeds-title" });
    who.append(this.#face, this.#name, this.#about);
    this.#topic.dir = "auto";
    this.#deeds.setAttribute("aria-labelledby", heading.id);
    this.#deeds.append(heading, this.#freeze, this.#doors, this.#archive, this.#hooks, this.#reports);
    this.#reports.dataset.open = "reports";
    const own = [this.#levels, this.#pin, this.#hide];
    const lists = [this.#members.node, this.#files.node]; // last: they grow when their answers come, and would move a row that is pressed
    body.append(who, this.#topic, this.#meaning, this.#form.node, ...own, this.#deeds, ...lists);
    this.nodes = [body, this.#leave];
  }

  begin() {
    this.#room = null;
    this.draw();
  }

  end() {
    this.#members.stop();
    this.#files.stop();
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
    this.#leave.hidden = room.room === LOBBY || room.direct || room.missing;
    this.#drawAbout(room);
    this.#drawDeeds(room);
    this.#members.draw();
    for (const radio of this.#levels.querySelectorAll("input")) radio.checked = radio.value === room.level;
    this.#pin.ariaChecked = String(room.pinned);
    this.#hide.lastChild.textContent = room.hidden ? _("Show it in my list again") : _("Hide until something new comes");
    this.#pin.hidden = this.#levels.hidden = room.last === null; // the server does not know it yet
    this.#hide.hidden = !room.direct || room.last === null;
  }

  // Takes over what the server answered about a member.
  patch(person) {
    this.#members.patch(person);
  }

  #begin(room) {
    this.#room = room;
    this.#levels.replaceChildren(element("legend", "", _("Tell me about")), this.#track(room));
    this.#members.show(room);
    this.#files.show(room);
    this.#form.show(room);
  }

  #drawAbout(room) {
    const { error } = this.#members;
    const count = room.members;
    const words = error || (count === null ? "" : ngettext("%(count)s member", "%(count)s members", count));
    this.#about.textContent = room.direct ? meanings.direct : words;
    this.#topic.textContent = room.topic;
    this.#topic.hidden = !room.topic || this.#form.isOpen;
    this.#meaning.textContent = room.archived ? _("This room is archived: it can be read, not written in.") : meanings[room.kind];
    this.#meaning.hidden = room.direct || room.missing;
    this.#form.draw(room);
  }

  #drawDeeds(room) {
    const { owns, moderates } = powersIn(room);
    this.#deeds.hidden = !moderates || room.missing;
    this.#freeze.ariaChecked = String(room.frozen);
    this.#doors.hidden = this.#archive.hidden = !owns;
    this.#doors.lastChild.textContent = room.kind === "private" ? _("Open to everyone …") : _("Make it private …");
    this.#archive.lastChild.textContent = room.archived ? _("Take out of the archive …") : _("Archive …");
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

  #chooseHidden() {
    const { hidden } = this.#room;
    if (!hidden) makeWay();
    const isSent = this.#page.onChoice(this.#room, "hidden", !hidden);
    if (isSent && !hidden) this.opener.focus(); // the row goes with the chat
  }

  async #openHooks() {
    const { room } = this.#room;
    (await import("../dialogs/hooks.js")).openHooks({ room, title: this.#page.store.title(this.#room) });
  }

  #askToLeave() {
    makeWay();
    this.#page.onLeave();
  }
}

function row(name, onClick, words = "") {
  const made = button("", onClick, "row");
  made.append(icon(name), element("span", "", words));
  return made;
}

function toggle(name, words, onClick) {
  const made = row(name, onClick, words);
  made.append(element("i", "switch"));
  made.role = "switch";
  return made;
}
