// The files above the field for messages, of each room its own, until they are sent or removed. They stay while the person
// reads elsewhere; what has arrived stays over a reload.

import { $, arrange, button, element } from "../lib/dom.js";
import { TRAY } from "../lib/forget.js";
import { _, ngettext } from "../lib/i18n.js";
import { sizeOf } from "../lib/sizes.js";
import { announce } from "./announcer.js";
import { chooseAgain } from "./choosing.js";
import { follow, thumbOf } from "./thumb.js";
import "../lib/words.js";

export class Tray {
  #page; // {store, composer, notice}
  #uploads;
  #limits; // {files: of a message, bytes: of a file, types: those that are allowed, or null}
  #rooms = new Map(); // rooms to their uploads
  #room = "";
  #box = element("div", "tray");
  #list = element("ul");
  #faults = element("div");

  constructor(page, uploads, limits) {
    this.#page = page;
    this.#uploads = uploads;
    this.#limits = limits;
    this.#list.role = "list"; // without its style, Safari takes it for none
    this.#list.ariaLabel = _("Files of this message");
    this.#box.append(this.#list, this.#faults);
    $("composer").querySelector(".row").before(this.#box);
    this.#restore();
    uploads.addEventListener("progress", ({ detail }) => follow(detail));
    uploads.addEventListener("change", ({ detail }) => this.#changed(detail));
  }

  get #here() {
    return this.#rooms.get(this.#room) ?? [];
  }

  get count() {
    return this.#here.length;
  }

  // True, and says so: something has failed, so the message cannot be sent as it is.
  isStuck() {
    const failed = this.#here.some(({ state }) => state === "failed");
    if (failed) this.#page.notice.show(_("Try again or remove what could not be sent: then the message can go."));
    return failed;
  }

  // Shows the files of a room; while a message is edited, none.
  show(room) {
    this.#room = room;
    this.#box.hidden = !this.count || $("composer").txt.readOnly || this.#page.composer.editing !== undefined;
    arrange(this.#list, new Map(this.#here.map((upload) => [upload.key, this.#entry(upload)])));
    const failed = this.#here.filter(({ state }) => state === "failed");
    arrange(this.#faults, new Map(failed.map((upload) => [upload.key, this.#fault(upload)])));
  }

  // Adds files to a room, as far as they are allowed, and says which ones are not. True: all of them.
  add(files, room) {
    const { bytes, files: most, types } = this.#limits;
    const before = this.#rooms.get(room) ?? [];
    const right = types ? files.filter(({ type }) => types.includes(type)) : files;
    const small = right.filter(({ size }) => size <= bytes);
    const taken = small.slice(0, most - before.length);
    const left = files.length - taken.length;
    const large = right.find(({ size }) => size > bytes);
    if (right.length < files.length) this.#page.notice.show(_("Only pictures (JPEG, PNG, GIF, WebP) can be sent here."));
    else if (large) this.#refuse(large, bytes, left);
    else if (left) this.#page.notice.show(_("A message has at most %(most)s files: %(left)s were left out.", { most, left }));
    if (taken.length) {
      this.#rooms.set(room, [...before, ...taken.map((file) => this.#uploads.add(file))]);
      this.#draw();
      announce(ngettext("%(count)s file added", "%(count)s files added", taken.length));
    }
    return !left;
  }

  // Takes the open room's files away, for the message that is sent.
  take() {
    const taken = this.#here;
    this.#rooms.delete(this.#room);
    this.#draw();
    return taken;
  }

  forget() {
    for (const upload of [...this.#rooms.values()].flat()) this.#uploads.drop(upload);
    this.#rooms.clear();
    this.#keep();
  }

  #refuse({ name, size }, bytes, left) {
    const words = { name, size: sizeOf(size), most: sizeOf(bytes) };
    const further = left > 1 ? ` ${ngettext("%(count)s other was left out.", "%(count)s others were left out.", left - 1)}` : "";
    this.#page.notice.show(_("%(name)s has %(size)s; a file has at most %(most)s.", words) + further);
  }

  #remove(upload) {
    const place = this.#here.indexOf(upload);
    const rest = this.#here.filter((each) => each !== upload);
    const hadFocus = this.#box.contains(document.activeElement);
    this.#uploads.drop(upload);
    if (rest.length) this.#rooms.set(this.#room, rest);
    else this.#rooms.delete(this.#room);
    this.#draw();
    announce(_("%(name)s was removed.", { name: upload.about.name }));
    const next = rest[Math.min(place, rest.length - 1)];
    if (next && hadFocus) this.#entry(next).make().querySelector("button").focus();
    else if (hadFocus) this.#page.composer.focus();
  }

  #changed(upload) {
    follow(upload);
    const [room] = [...this.#rooms].find(([, list]) => list.includes(upload)) ?? [];
    if (room === undefined) return;
    if (upload.state === "failed" && room === this.#room) announce(faultOf(upload));
    if (upload.isDone || upload.state === "failed") this.#draw();
    else this.#keep(); // the server may have named it
  }

  #draw() {
    this.show(this.#room);
    this.#keep();
  }

  #entry(upload) {
    return { look: "", make: () => thumbOf(upload, (each) => this.#remove(each)) };
  }

  #fault(upload) {
    const words = faultOf(upload);
    const make = () => {
      const line = element("p", "fault", `${words} `);
      line.append(button(_("Try again"), () => chooseAgain([upload], this.#uploads, () => this.#tried())));
      return line;
    };
    return { look: words, make };
  }

  // The button that was pressed is gone.
  #tried() {
    const hadFocus = this.#faults.contains(document.activeElement);
    this.#draw();
    if (hadFocus && !this.#faults.contains(document.activeElement)) this.#page.composer.focus();
  }

  // --- Over a reload ------------------------------------------------------------------------------

  #restore() {
    try {
      const { userid, rooms } = JSON.parse(sessionStorage.getItem(TRAY)) ?? {};
      if (userid !== this.#page.store.userid) return;
      for (const [room, list] of rooms) this.#rooms.set(room, list.map((about) => this.#uploads.restore(about)));
    } catch {
      // Storage is forbidden, or has something else there.
    }
  }

  #keep() {
    const rooms = [...this.#rooms].map(([room, list]) => [room, list.map(({ about }) => about)]);
    try {
      if (rooms.length) sessionStorage.setItem(TRAY, JSON.stringify({ userid: this.#page.store.userid, rooms }));
      else sessionStorage.removeItem(TRAY);
    } catch {
      // Full or forbidden: they live as long as the page.
    }
  }
}

const faultOf = ({ about, detail }) => `${about.name}: ${detail}`;
