// The field for messages: Enter sends, a reply or an edit is shown above it, and each room's draft is kept in the browser.

import { button, element, icon } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { Drafts } from "../state/drafts.js";

const TYPING_PAUSE = 3_000; // milliseconds
const COMPLETABLE = /@[^\n]{0,32}$|:\w{2,32}$|^\/[^\s/]{0,32}$/;
const EMPTY = { text: "" };
const GROWS = CSS.supports("field-sizing", "content");
const touch = matchMedia("(pointer: coarse)");

// options: maxChars, userid, people() => [{userid, username}], everyone(): more than two read the room,
// onSend(text, reply: a seq or undefined), onEdit(seq, text), onEditing(), onEditLast(), onTyping(), onRefuse(words: the reason for which it stays in the field)
export class Composer {
  files = null; // those of each room, once there are any: of files.js
  taking = null; // while some are taken, the promise of true: all of them were
  #field;
  #options;
  #send;
  #strip;
  #words = element("span"); // in the strip
  #room = "";
  #draft = EMPTY; // {text, reply?: {seq, user, text}}; of an edit {text, edit: a seq, was: its text, before: a draft}
  #drafts; // of all rooms
  #typingAt = 0; // the time of the last onTyping()
  #closed = ""; // the reason for which nothing can be written here
  #placeholder;
  #completion = null; // loaded when it is first needed
  #formats = null; // likewise
  #count = null; // likewise: counts the characters that are left

  constructor(form, options) {
    this.#options = options;
    this.#drafts = new Drafts(options.userid);
    this.#field = form.elements.txt;
    this.#placeholder = this.#field.placeholder;
    this.#send = form.querySelector(".send");
    this.#strip = form.querySelector(".strip");
    this.#strip.append(this.#words, button(_("Cancel"), () => this.cancel()));
    this.#words.id = "composer-words";
    this.#words.dir = "auto";
    this.#field.setAttribute("aria-describedby", "composer-words composer-left");
    this.#field.addEventListener("keydown", (event) => this.#press(event));
    this.#field.addEventListener("input", () => this.#typed());
    for (const type of ["keydown", "pointerdown", "input"]) this.#field.addEventListener(type, () => (this.#formats ??= this.#format()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  switchTo(room) {
    this.#room = room;
    this.#typingAt = 0;
    this.#show({ ...EMPTY, ...this.#drafts.read(room) });
  }

  // The text that is being written in a room; "" for none.
  draftOf(room) {
    return this.#drafts.has(room) ? (this.#drafts.read(room)?.text ?? "") : "";
  }

  // Forgets the drafts of all rooms.
  forget() {
    this.#drafts.forget();
    this.files?.forget();
    this.#show(EMPTY);
  }

  // The number of the message that is being edited.
  get editing() {
    return this.#draft.edit;
  }

  focus() {
    this.#field.focus();
  }

  // `reason`: why nothing can be written in this room; "": something can. The draft is kept.
  close(reason) {
    if (reason === this.#closed) return;
    this.#closed = reason;
    this.#field.readOnly = reason !== "";
    this.#field.placeholder = reason || this.#placeholder;
    this.#show(this.#draft);
  }

  // `text`: one line.
  replyTo({ seq, user, text }) {
    const draft = this.#draft.before ?? this.#draft;
    this.#change({ text: draft.text, reply: { seq, user, text } });
  }

  edit({ seq, text }) {
    this.#change({ text, edit: seq, was: text, before: this.#draft.before ?? this.#draft });
  }

  // Gives up the edit or the reply.
  cancel() {
    this.#change(this.#draft.before ?? { text: this.#draft.text });
  }

  // --- Keys ---------------------------------------------------------------------------------------

  #submit() {
    const room = this.#room;
    if (this.taking) return this.taking.then((all) => all && room === this.#room && this.#submit());
    const { maxChars, onSend, onEdit, onRefuse } = this.#options;
    const { text, reply, edit, was, before } = this.#draft;
    this.focus();
    if (this.#closed || (!edit && this.files?.isStuck()) || (!text.trim() && (edit || !this.files?.count))) return;
    const count = [...text].length; // as the server counts: an emoji is one
    if (count > maxChars) {
      return onRefuse(_("A message has at most %(most)s characters; this has %(count)s.", { most: maxChars, count }));
    }
    this.#change(before ?? EMPTY);
    this.#typingAt = 0;
    if (!edit) onSend(text, reply?.seq);
    else if (text !== was) onEdit(edit, text);
  }

  #press(event) {
    // keyCode 229: the Enter that ends a word in an input method, of which Safari does not say isComposing.
    if (event.isComposing || event.keyCode === 229 || this.#closed) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.shiftKey || event.altKey ? "" : event.key;
    if (key === "Enter" && (command || !touch.matches)) this.#submit();
    else if (key === "Escape" && !this.#strip.hidden) this.cancel();
    else if (key === "ArrowUp" && !command && !this.#field.value && !this.#draft.edit) this.#options.onEditLast();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #typed() {
    const { value, selectionEnd } = this.#field;
    this.#draft = { ...this.#draft, text: value };
    this.#keep();
    this.#measure();
    const before = value.slice(Math.max(0, selectionEnd - 40), selectionEnd);
    if (!this.#completion && COMPLETABLE.test(before)) this.#complete();
    if (this.#draft.edit || !value.trim() || Date.now() - this.#typingAt < TYPING_PAUSE) return;
    this.#typingAt = Date.now();
    this.#options.onTyping();
  }

  // Inserts text as if it were typed, so that it can be undone.
  #replace(start, end, text) {
    this.focus();
    this.#field.setSelectionRange(start, end);
    if (document.execCommand("insertText", false, text)) return;
    this.#field.setRangeText(text, start, end, "end");
    this.#field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  // Keys and addresses for words that are selected, and the number of characters that are left.
  async #format() {
    try {
      const [{ format }, { counter }] = await Promise.all([import("./formatting.js"), import("./left.js")]);
      format(this.#field, (...place) => this.#replace(...place));
      this.#count = counter(this.#field, this.#options.maxChars);
      this.#count();
    } catch {
      this.#formats = null; // no network: tried again with the next key
    }
  }

  async #complete() {
    const options = { ...this.#options, room: () => this.#room, replace: (...place) => this.#replace(...place) };
    try {
      this.#completion = import("./completion.js");
      const { Completion } = await this.#completion;
      new Completion(this.#field, options).update();
    } catch {
      this.#completion = null; // no network: tried again with the next letter
    }
  }

  // --- Display ------------------------------------------------------------------------------------

  #change(draft) {
    if (this.#closed) return this.#options.onRefuse(this.#closed);
    this.#show(draft);
    this.#keep();
    this.focus();
  }

  #show(draft) {
    const { text, reply, edit } = draft;
    const wasEditing = this.editing;
    this.#draft = draft;
    this.#field.value = this.#closed ? "" : text;
    this.#strip.hidden = !!this.#closed || (!reply && !edit);
    this.#words.textContent = edit
      ? _("Editing")
      : reply
        ? _("Replying to %(name)s: %(text)s", { name: reply.user, text: reply.text })
        : "";
    if (edit !== wasEditing) {
      this.#send.title = edit ? _("Save") : _("Send");
      this.#send.setAttribute("aria-label", this.#send.title);
      this.#send.replaceChildren(icon(edit ? "check" : "up"));
      this.#options.onEditing();
    }
    this.files?.show(this.#room);
    this.#measure();
  }

  #measure() {
    const { style } = this.#field;
    this.#count?.();
    if (GROWS) return;
    style.height = "auto";
    style.height = `${this.#field.scrollHeight}px`;
  }

  #keep() {
    const { text, reply, edit } = this.#draft;
    this.#drafts.keep(this.#room, text.trim() || reply || edit ? this.#draft : null);
  }
}
