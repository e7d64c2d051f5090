// Makes the element of one message: author, time, text, the message that it answers, and its progress to the server.

import { avatar, button, element } from "../lib/dom.js";
import { fullTime, timeOf } from "../lib/format.js";
import { _ } from "../lib/i18n.js";
import { plain, render } from "../lib/text.js";

const QUOTE = 120; // characters of the message that is answered

// A message to show: `message` as the server sent it, or null while it is being sent; `entry` of the outgoing (the
// message itself or a change of it); `first`: it is the first that its author wrote in a row; `quote`: the message that
// it answers, undefined while that is not known; `seen`: the partner has read it. look() has everything that may change
// the element.
export function look({ message, entry, first, quote, seen }) {
  const { edited, deleted, user } = message ?? {};
  const on = entry && [entry.state, entry.detail, entry.fields.txt];
  return JSON.stringify([edited, deleted, user, first, quote && [quote.user, quote.msg], quote === null, seen, on]);
}

// context: {me, username, names, onJump(seq), onRetry(cid), onDrop(cid)}
export function messageElement(shown, context) {
  const { message, entry, first, seen } = shown;
  const own = !message || message.userid === context.me;
  const item = element("article", "message");
  item.tabIndex = -1;
  item.classList.toggle("own", own);
  item.classList.toggle("next", !first);
  if (message) item.dataset.seq = message.seq;
  if (entry) {
    item.classList.add(entry.state);
    item.dataset.cid = entry.cid;
  }
  item.append(byline(message, own, first, context));
  if (first) item.prepend(avatar(message?.userid ?? context.me, message?.user ?? context.username));
  if ((message?.reply ?? entry?.fields.reply) !== undefined) item.append(quoted(shown, context));
  item.append(body(shown, context, item));
  if (entry) item.append(progress(entry, context));
  else if (seen) item.append(element("p", "note", _("Seen")));
  return item;
}

function byline(message, own, first, { username }) {
  const by = element("p", "by");
  const name = element("bdi", first ? "name" : "name unseen", message?.user ?? username);
  by.append(name, " ");
  if (first && own) by.append(element("span", "you", _("you")), " ");
  const at = message ? new Date(message.time) : new Date();
  const time = element("time", "", timeOf(at));
  time.dateTime = at.toISOString();
  time.title = fullTime(at);
  by.append(time);
  return by;
}

function body({ message, entry }, { me, names }, item) {
  const deleted = message?.deleted || entry?.fields.type === "delete";
  if (deleted) item.classList.add("deleted");
  if (message?.deleted) return element("p", "text", _("This message was deleted."));
  const text = element("div", "text");
  text.dir = "auto";
  text.append(render(entry?.fields.txt ?? message.msg, { names, me }));
  item.classList.toggle("mentions", text.querySelector(".me") !== null);
  if (message?.edited) {
    const edited = element("span", "edited", _("edited"));
    edited.title = fullTime(new Date(message.edited));
    text.append(" ", edited);
  }
  return text;
}

function quoted({ message, entry, quote }, { onJump }) {
  const seq = message?.reply ?? entry.fields.reply;
  const words = quote?.deleted ? _("This message was deleted.") : quote ? plain(quote.msg, QUOTE) : "…";
  const made = button("", () => onJump(seq), "quote");
  made.append(element("bdi", "name", quote?.user ?? ""), " ", element("span", "", words));
  made.setAttribute("aria-label", _("Answers %(name)s: %(text)s", { name: quote?.user ?? "", text: words }));
  return made;
}

// Returns the words about an entry that has failed.
export function failure({ detail, fields }) {
  const failed = { edit: _("Not changed:"), delete: _("Not deleted:") }[fields.type] ?? _("Not sent:");
  return `${failed} ${detail}`;
}

function progress(entry, { onRetry, onDrop }) {
  const { cid, state, detail, fields } = entry;
  const going = { edit: _("Saving …"), delete: _("Deleting …") }[fields.type] ?? _("Sending …");
  if (state !== "failed") return element("p", "note", state === "sent" ? _("Sent") : (detail ?? going));
  const note = element("p", "note", `${failure(entry)} `);
  note.append(
    button(_("Try again"), () => onRetry(cid)),
    " ",
    button(_("Discard"), () => onDrop(cid)),
  );
  return note;
}
