// Makes the element of one message: author, time, text, files, the message that it answers, and its progress to the server.

import { lineOf, placesOf } from "../lib/attached.js";
import { botMark } from "../lib/bots.js";
import { avatar, button, element, tinted } from "../lib/dom.js";
import { fullTime, timeOf } from "../lib/format.js";
import { _ } from "../lib/i18n.js";
import { render } from "../lib/text.js";

const QUOTE = 120; // characters of the message that is answered
const AGAIN = 5_000; // milliseconds before another try to load what shows files
const LONG = 1_200; // characters, or
const LINES = 20; // lines, beyond which a message is folded

// A message to show: `message` as the server sent it, or null while it is being sent; `entry` of the outgoing (the
// message itself or a change of it); `first`: it is the first that its author wrote in a row; `quote`: the message that
// it answers, undefined while that is not known; `seen`: the partner has read it, or those in this list, if it has any; `editing`: it is in the composer.
// look() has everything that may change the element.
export function look({ message, entry, first, quote, seen, editing }) {
  const { edited, deleted, user } = message ?? {};
  const on = entry && [entry.state, entry.detail, entry.fields.txt];
  const answered = [quote && [quote.user, quote.msg, quote.deleted], quote === null];
  return JSON.stringify([edited, deleted, user, first, answered, seen, editing, on]);
}

// context: {me, username, names, room, onJump(seq), onRetry(cid), onDrop(cid), filesOf(entry): an element, once it is loaded,
// and what attachments.js needs}
export function messageElement(shown, context) {
  const { message, entry, first, seen, editing } = shown;
  const own = !message || message.userid === context.me;
  const item = element("article", "message");
  item.tabIndex = -1;
  item.classList.toggle("own", own);
  item.classList.toggle("next", !first);
  item.classList.toggle("editing", !!editing);
  if (message) item.dataset.seq = message.seq;
  if (entry) {
    item.classList.add(entry.state);
    item.dataset.cid = entry.cid;
  }
  item.append(byline(message, own, first, context));
  if (first) item.prepend(face(message, context));
  if ((message?.reply ?? entry?.fields.reply) !== undefined) item.append(quoted(shown, context));
  item.append(body(shown, context, item));
  if (entry?.files) item.append(context.filesOf(entry) ?? "");
  if (message?.files && !item.matches(".deleted")) item.append(attached(message, context));
  if (!item.matches(".deleted") && isLong(entry?.fields.txt ?? message?.msg ?? "")) fold(item, message);
  if (entry?.state === "failed") item.append(failed(entry, context));
  else if (seen) {
    const note = element("p", "note", _("Seen"));
    item.append(note);
    if (seen.length) import("./several.js").then(({ seenBy }) => note.replaceChildren(seenBy(seen)), () => {});
  }
  return item;
}

// A webhook may send an emoji with a message, which stands for its picture.
function face(message, { me, username }) {
  const made = avatar(message?.userid ?? me, message?.as ?? message?.user ?? username);
  if (message?.icon) Object.assign(made.dataset, { letter: message.icon, emoji: "" });
  return made;
}

function byline(message, own, first, { username }) {
  const by = element("p", "by");
  const name = element("bdi", first ? "name" : "name unseen", message?.as ?? message?.user ?? username);
  if (message?.as) name.title = message.user;
  by.append(name, " ");
  if (first && message?.bot) by.append(...botMark(message.userid), " ");
  if (first && own) by.append(element("span", "you", _("you")), " ");
  const at = message ? new Date(message.time) : new Date();
  const time = element("time", "", timeOf(at));
  time.dateTime = at.toISOString();
  time.title = fullTime(at);
  by.append(time);
  return by;
}

function body({ message, entry }, { me, names, onDrop }, item) {
  const deleted = message?.deleted || entry?.fields.type === "delete";
  if (deleted) item.classList.add("deleted");
  if (message?.deleted || entry?.state === "held") {
    const words = element("p", "text", _("This message was deleted."));
    if (message?.by && message.by !== message.userid) import("./happenings.js").then(({ deletion }) => words.replaceChildren(deletion(message)), () => {});
    if (!message?.deleted) words.append(" ", button(_("Undo"), () => onDrop(entry.cid)));
    return words;
  }
  const text = element("div", "text");
  text.dir = "auto";
  text.append(render(entry?.fields.txt ?? message.msg, { names, me }));
  for (const block of text.querySelectorAll("[data-language]")) {
    import("../lib/colours.js").then(({ colour }) => colour(block.querySelector("code"), block.dataset.language), () => {});
  }
  item.classList.toggle("mentions", text.querySelector(".me") !== null);
  if (message?.edited) {
    const edited = element("span", "edited", _("edited"));
    edited.title = fullTime(new Date(message.edited));
    text.append(" ", edited);
  }
  if (entry && entry.state !== "failed") text.dataset.state = progress(entry);
  return text;
}

// A message that is drawn anew keeps the places of its files, so that a film plays on.
function attached(message, context) {
  const { files } = message; // they go if it is deleted
  if (files.places?.isConnected) return files.places;
  const places = (files.places = placesOf(files));
  loaded().then(({ fill }) => fill(places, files, message, context));
  return places;
}

// Tries until it can be loaded: meanwhile the places have links.
const loaded = () => import("./attachments.js").catch(() => new Promise((done) => setTimeout(done, AGAIN)).then(loaded));

function quoted({ message, entry, quote }, { onJump }) {
  const seq = message?.reply ?? entry.fields.reply;
  const words = quote?.deleted ? _("This message was deleted.") : quote ? lineOf(quote, QUOTE) : "…";
  const made = tinted(button("", () => onJump(seq), "quote"), quote?.userid ?? 0);
  made.append(element("bdi", "name", quote?.user ?? ""), " ", element("span", "", words));
  made.setAttribute("aria-label", _("Answers %(name)s: %(text)s", { name: quote?.user ?? "", text: words }));
  return made;
}

// Returns the words about an entry that has failed.
export function failure({ detail, fields }) {
  const failed = { edit: _("Not changed:"), delete: _("Not deleted:") }[fields.type] ?? _("Not sent:");
  return `${failed} ${detail}`;
}

// Returns the words that the styles add to the text's last line, where they move nothing, once it takes long.
function progress({ state, detail, fields }) {
  const going = { edit: _("Saving …"), delete: _("Deleting …") }[fields.type] ?? _("Sending …");
  return state === "sent" ? _("Sent") : (detail ?? going);
}

function failed(entry, { onRetry, onDrop }) {
  const { cid } = entry;
  const note = element("p", "note", `${failure(entry)} `);
  note.append(
    button(_("Try again"), () => onRetry(cid)),
    " ",
    button(_("Discard"), () => onDrop(cid)),
  );
  return note;
}

// --- Long messages --------------------------------------------------------------------------------

const unfolded = new WeakSet(); // messages that the person has unfolded

const isLong = (text) => text.length > LONG || text.split("\n", LINES + 1).length > LINES;

// Shows the beginning of the text, and a button for the rest.
function fold(item, message) {
  if (unfolded.has(message)) return;
  const more = button(_("Show all"), () => {
    item.classList.remove("folded");
    item.focus({ preventScroll: true });
    more.remove();
    if (message) unfolded.add(message);
  });
  item.classList.add("folded");
  item.append(more);
}
