// Files that are sent: puts together the tray, the messages that wait for their files, and the veil under which files are dropped.

import { $ } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import { Uploads } from "../state/uploads.js";
import { Sending } from "./sending.js";
import { Tray } from "./tray.js";
import { Veil } from "./veil.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/tray.css", import.meta.url));

const PICTURES = ["image/jpeg", "image/png", "image/gif", "image/webp"];

export class Files {
  #page;
  #tray;
  #sending;

  // page: see intake.js
  constructor(page) {
    this.#page = page;
    const { files, bytes, piece, allowed } = $("files").dataset;
    const uploads = new Uploads(Number(piece));
    const types = allowed === "pictures" ? PICTURES : null;
    this.#tray = new Tray(page, uploads, { files: Number(files), bytes: Number(bytes), types });
    this.#sending = new Sending(page, uploads);
    new Veil(() => page.store.title(page.store.current));
    page.connection.addEventListener("state", ({ detail }) => detail.name === "online" && uploads.wake());
    const ask = (event) => event.preventDefault();
    uploads.addEventListener("change", () => {
      document.body.toggleAttribute("data-uploads", uploads.busy);
      if (uploads.busy) addEventListener("beforeunload", ask);
      else removeEventListener("beforeunload", ask);
    });
    this.#tray.show(page.store.current.room);
  }

  // Adds files that the person has chosen, dropped or pasted in this room. True: all of them.
  add(files, room) {
    const { store, navigation, notice, view } = this.#page;
    const isOpen = room === store.current.room;
    const reason = this.#whyNot(isOpen);
    if (reason) notice.show(reason);
    if (reason || !files.length) return false;
    notice.clear();
    if (isOpen && !view.narrow && !document.querySelector("dialog:modal")) navigation.focus();
    return this.#tray.add(files, room);
  }

  // The reason for which no files are taken; "" for none.
  #whyNot(isOpen) {
    const { readOnly, placeholder } = $("composer").txt;
    if ($("files").dataset.allowed === "nothing") return _("Files cannot be sent here.");
    if (!isOpen) return "";
    if (this.#page.composer.editing !== undefined) return _("Files go into a new message: finish the edit first.");
    return readOnly ? placeholder : "";
  }

  // How many the open room has.
  get count() {
    return this.#tray.count;
  }

  isStuck() {
    return this.#tray.isStuck();
  }

  show(room) {
    this.#tray.show(room);
  }

  // Sends the open room's files with a message. False: there are none.
  send(room, fields) {
    if (!this.count) return false;
    this.#sending.send(room, { ...fields, txt: fields.txt.trim() && fields.txt }, this.#tray.take());
    return true;
  }

  of(entry) {
    return this.#sending.of(entry);
  }

  retry(cid) {
    this.#sending.retry(cid);
  }

  forget() {
    this.#tray.forget();
    this.#sending.forget();
  }
}
