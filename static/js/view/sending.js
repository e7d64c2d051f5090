// Messages that wait for their files: shows the files in them, and sends each once when all of its files are there.

import { $, button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { chooseAgain } from "./choosing.js";
import { thumbOf } from "./thumb.js";
import "../lib/words.js";

export class Sending {
  #page; // {outgoing, messages, store}
  #uploads;
  #messages = new Map(); // cids to their uploads
  #states = new Map(); // cids to their states

  constructor(page, uploads) {
    this.#page = page;
    this.#uploads = uploads;
    for (const entry of page.outgoing.entries.values()) if (entry.files) this.#restore(entry);
    uploads.addEventListener("change", ({ detail }) => this.#changed(detail));
    uploads.addEventListener("progress", ({ detail }) => this.#drawNotes(detail));
    page.outgoing.addEventListener("change", ({ detail }) => this.#followEntry(detail));
  }

  // Adds a message that has these uploads.
  send(room, fields, list) {
    const cid = this.#page.outgoing.add(room, fields, "uploading", list.map(({ about }) => about));
    this.#messages.set(cid, list);
    this.#states.set(cid, "uploading");
    this.#check(cid);
  }

  // Returns what an entry shows of its files.
  of({ cid, state }) {
    const box = element("div", "sending");
    const list = element("ul");
    list.role = "list";
    list.ariaLabel = _("Files of this message");
    list.append(...(this.#messages.get(cid) ?? []).map((upload) => thumbOf(upload)));
    box.append(list);
    if (state !== "uploading") return box;
    const note = element("p", "note");
    note.append(element("span", "", this.#words(cid)), " ", button(_("Cancel"), () => this.#cancel(cid)));
    box.append(note);
    return box;
  }

  // Tries again what has failed. False: the files are all there.
  retry(cid) {
    const failed = (this.#messages.get(cid) ?? []).filter((upload) => upload.state === "failed");
    if (!failed.length) return false;
    chooseAgain(failed, this.#uploads, () => this.#check(cid));
    return true;
  }

  // Takes over a message of a former page.
  #restore(entry) {
    const { cid, state } = entry;
    this.#messages.set(cid, entry.files.map((about) => this.#uploads.restore(about)));
    this.#states.set(cid, state);
    $("messages").querySelector(`[data-cid="${cid}"] > .text`)?.after(this.of(entry));
    if (state === "uploading") this.#check(cid);
  }

  #cancel(cid) {
    const { outgoing, messages } = this.#page;
    outgoing.drop(cid);
    messages.focus();
  }

  #changed(upload) {
    const [cid] = [...this.#messages].find(([, list]) => list.includes(upload)) ?? [];
    if (cid && upload.state !== "gone") this.#check(cid);
  }

  // Brings an entry to the state of its uploads.
  #check(cid) {
    const { outgoing } = this.#page;
    const { fields, state, detail, files: before } = outgoing.entries.get(cid) ?? {};
    if (state !== "uploading" && state !== "failed") return;
    const list = this.#messages.get(cid);
    const files = list.map(({ about }) => about);
    const failed = list.find((upload) => upload.state === "failed");
    const now = failed ? "failed" : list.every(({ isDone }) => isDone) ? "pending" : "uploading";
    const words = failed && `${failed.about.name}: ${failed.detail}`;
    if (now === "pending" && state === "failed" && fields.files) return; // the server has refused the message itself
    const isSame = now === state && words === detail && JSON.stringify(files) === JSON.stringify(before);
    if (isSame) return this.#drawNotes(list[0]);
    const ids = now === "pending" ? { fields: { ...fields, files: files.map(({ id }) => id) } } : {};
    outgoing.update(cid, { state: now, detail: words, files, ...ids });
  }

  #words(cid) {
    const list = this.#messages.get(cid) ?? [];
    const sum = (count) => list.reduce((total, upload) => total + count(upload), 0);
    const all = sum(({ about }) => about.size) || 1;
    const sent = sum(({ about, percent }) => (about.size * percent) / 100);
    const isPaused = list.some(({ state }) => state === "paused");
    const percent = `${Math.floor((100 * sent) / all)} %`;
    return isPaused ? _("Waits for the connection: %(percent)s", { percent }) : _("Uploading: %(percent)s", { percent });
  }

  #drawNotes(upload) {
    for (const [cid, list] of this.#messages) {
      const note = list.includes(upload) && $("messages").querySelector(`[data-cid="${cid}"] .sending > .note > span`);
      if (note) note.textContent = this.#words(cid);
    }
  }

  // An entry that is gone was stored, or the person has given it up: then its files go, too.
  #followEntry({ cid, state }) {
    const before = this.#states.get(cid);
    if (!before) return;
    this.#states.set(cid, state);
    if (state !== "gone") return;
    const isGivenUp = before === "uploading" || before === "failed";
    for (const upload of this.#messages.get(cid)) this.#uploads[isGivenUp ? "drop" : "release"](upload);
    this.#messages.delete(cid);
    this.#states.delete(cid);
  }
}
