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

export class Files {
  #page;
  #tray;
  #sending;

  // page: see intake.js
  constructor(page) {
    this.#page = page;
    const { files, bytes, piece } = $("files").dataset;
    const uploads = new Uploads(Number(piece));
    this.#tray = new Tray(page, uploads, { files: Number(files), bytes: Number(bytes) });
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

  // Adds files that the person has chosen, dropped or pasted. True: all of them.
  add(files) {
    const { composer, navigation, notice, view } = this.#page;
    const { readOnly, placeholder } = $("composer").txt;
    if (!files.length || document.querySelector("dialog:modal")) return false;
    const isEditing = composer.editing !== undefined;
    if (readOnly || isEditing) {
      notice.show(isEditing ? _("Files go into a new message: finish the edit first.") : placeholder);
      return false;
    }
    notice.clear();
    if (!view.narrow) navigation.focus();
    return this.#tray.add(files);
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
    return this.#sending.retry(cid);
  }

  forget() {
    this.#tray.forget();
  }
}
