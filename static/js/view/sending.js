// Messages that wait for their files: shows the files in them, and sends each once when all of its files are there.

import { $, button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { announce } from "./announcer.js";
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
    const onRemove = state === "failed" && ((upload) => this.#remove(cid, upload));
    list.append(...(this.#messages.get(cid) ?? []).map((upload) => thumbOf(upload, onRemove)));
    box.append(list);
    if (state !== "uploading") return box;
    const note = element("p", "note");
    note.append(element("span", "", this.#words(cid)), " ", button(_("Cancel"), () => this.#cancel(cid)));
    box.append(note);
    return box;
  }

  // Tries again what has failed: files, or else the message.
  retry(cid) {
    const { outgoing } = this.#page;
    const failed = this.#messages.get(cid).filter((upload) => upload.state === "failed");
    if (failed.length) chooseAgain(failed, this.#uploads, () => this.#check(cid));
    else if (outgoing.entries.get(cid).fields.files) outgoing.retry(cid);
    else this.#check(cid);
  }

  // Gives up all messages whose files are on their way.
  forget() {
    for (const cid of [...this.#messages.keys()]) this.#page.outgoing.drop(cid);
  }

  // Takes over a message of a former page.
  #restore(entry) {
    const { cid, state, fields } = entry;
    this.#messages.set(cid, entry.files.map((about) => this.#uploads.restore(about, !!fields.files)));
    this.#states.set(cid, state);
    $("messages").querySelector(`[data-cid="${cid}"] > .text`)?.after(this.of(entry));
    if (state === "uploading") this.#check(cid);
    else this.#verify(entry);
  }

  // If the server does not know what a message has, it may have forgotten its files: then they are sent again.
  async #verify({ cid, state, code, fields }) {
    if (state !== "failed" || code !== "not_found" || !fields.files) return;
    await Promise.all(this.#messages.get(cid).map((upload) => this.#uploads.verify(upload)));
  }

  // Removes a file from a message that has failed. The rest goes out, unless the server has refused the message itself.
  #remove(cid, upload) {
    const { outgoing, messages } = this.#page;
    const { fields } = outgoing.entries.get(cid);
    const list = this.#messages.get(cid);
    const place = list.indexOf(upload);
    list.splice(place, 1);
    const next = list[Math.min(place, list.length - 1)];
    thumbOf(upload).remove();
    this.#uploads.drop(upload);
    announce(_("%(name)s was removed.", { name: upload.about.name }));
    if (!next) messages.focus();
    else thumbOf(next, (each) => this.#remove(cid, each)).querySelector("button").focus();
    if (!next && !fields.txt) return outgoing.drop(cid);
    if (fields.files) outgoing.update(cid, { ...filesOf(list), fields: { ...fields, files: idsOf(list) } });
    else this.#check(cid);
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
    const ids = now === "pending" ? idsOf(list) : undefined;
    if (now === "pending") this.#putLast(cid);
    outgoing.update(cid, { state: now, detail: words, ...filesOf(list), fields: { ...fields, files: ids } });
  }

  // A message whose files are there now follows those that were written meanwhile.
  #putLast(cid) {
    const { entries } = this.#page.outgoing;
    const entry = entries.get(cid);
    entries.delete(cid);
    entries.set(cid, entry);
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
  #followEntry(entry) {
    const { cid, state } = entry;
    const before = this.#states.get(cid);
    if (!before) return;
    this.#states.set(cid, state);
    this.#verify(entry);
    if (state !== "gone") return;
    const isGivenUp = before === "uploading" || before === "failed";
    for (const upload of this.#messages.get(cid)) this.#uploads[isGivenUp ? "drop" : "release"](upload);
    this.#messages.delete(cid);
    this.#states.delete(cid);
  }
}

// A message without files is one like all others.
const filesOf = (list) => ({ files: list.length ? list.map(({ about }) => about) : undefined });
const idsOf = (list) => (list.length ? list.map(({ about }) => about.id) : undefined);
