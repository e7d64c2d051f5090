// What happened to a room, in a line of the conversation for what one person did in a row; and what moderators deleted.

import { element, icon } from "../lib/dom.js";
import { fullTime, timeOf } from "../lib/format.js";
import { _, ngettext } from "../lib/i18n.js";
import { listed, sentence } from "../lib/sentence.js";
import { loadStyles } from "../lib/styles.js";
import { untilWords } from "../lib/until.js";
import { dateOf } from "./parting.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/happenings.css", import.meta.url));

const MOST = 3; // names in a line
const me = Number(document.body.dataset.userid);
const roles = {
  owner: _("%(who)s made %(whom)s an owner"),
  moderator: _("%(who)s made %(whom)s a moderator"),
  member: _("%(who)s made %(whom)s a member without further rights"),
};

// Of each `what`: an icon, and the words for its data. Of those in STATES the last one of a row counts.
const KINDS = {
  added: ["join", () => _("%(who)s added %(whom)s")],
  removed: ["exit", ({ banned }) => (banned ? _("%(who)s removed %(whom)s, for good") : _("%(who)s removed %(whom)s"))],
  joined: ["join", () => _("%(who)s came by invitation")],
  role: ["people", ({ role }) => roles[role]],
  muted: ["quiet", ({ until }) => (until ? _("%(who)s muted %(whom)s until %(time)s") : _("%(who)s let %(whom)s write again"))],
  renamed: ["edit", () => _("%(who)s named the room “%(title)s”")],
  topic: ["edit", ({ topic }) => (topic ? _("%(who)s set the topic: %(topic)s") : _("%(who)s removed the topic"))],
  picture: ["image", ({ picture }) => (picture ? _("%(who)s gave the room another picture") : _("%(who)s removed the room’s picture"))],
  kind: ["lock", ({ kind }) => (kind === "private" ? _("%(who)s made the room private") : _("%(who)s opened the room to everyone"))],
  frozen: ["frost", ({ frozen }) => (frozen ? _("%(who)s froze the room: only moderators write") : _("%(who)s let everyone write again"))],
  archived: ["archive", ({ archived }) => (archived ? _("%(who)s archived the room") : _("%(who)s took the room out of the archive"))],
};
const STATES = new Set(["renamed", "topic", "picture", "kind", "frozen", "archived"]);

// Makes the line of notices of one `what` in a row. It is hidden if this version does not know it.
export function line(run) {
  const made = element("div", "notice");
  const { what } = run[0];
  const [sign, words] = KINDS[what] ?? [];
  made.dataset.seq = run.at(-1).seq;
  made.hidden = !words?.(run[0]);
  if (made.hidden) return made;
  made.append(icon(sign, "icon small"));
  for (const several of STATES.has(what) ? [[run.at(-1)]] : grouped(run)) made.append(paragraph(several, words));
  return made;
}

// Notices that say the same of several people; one with a reason stands alone.
function grouped(run) {
  const groups = new Map();
  for (const notice of run) {
    const { role, until, banned, reason, seq } = notice;
    const key = reason ? seq : JSON.stringify([role, until, banned]);
    groups.set(key, [...(groups.get(key) ?? []), notice]);
  }
  return [...groups.values()];
}

function paragraph(several, words) {
  const [first] = several;
  const last = several.at(-1);
  const isJoined = first.what === "joined";
  const parts = {
    who: isJoined ? people(several.map(({ by, user }) => [by, user])) : name(first.by, first.user),
    whom: people(several.map(({ userid, username }) => [userid, username]), _("You").toLowerCase()),
    title: quoted(last.title),
    topic: quoted(last.topic),
    time: first.until ? untilWords(new Date(first.until)) : "",
  };
  const said = sentence(words(last), parts);
  const made = element("p");
  made.append(first.reason ? sentence(_("%(sentence)s: %(reason)s"), { sentence: said, reason: quoted(first.reason) }) : said);
  const at = dateOf(last);
  const time = element("time", "", timeOf(at));
  time.dateTime = last.time;
  made.title = fullTime(at);
  made.append(" ", time);
  return made;
}

// `pairs`: ids and names; each person counts once, by their last name.
function people(pairs, you) {
  const names = [...new Map(pairs)].map(([userid, username]) => name(userid, username, you));
  const rest = names.length > MOST ? names.splice(MOST - 1).length : 0;
  return listed(rest ? [...names, ngettext("%(count)s more", "%(count)s more", rest)] : names);
}

const name = (userid, username, you = _("You")) => element("bdi", "name", userid === me ? you : username);
const quoted = (text = "") => element("bdi", "", text);

// Returns the words in place of a message that somebody other than its author deleted.
export function deletion({ by, byname, reason }) {
  const words = reason ? _("%(who)s deleted this message: %(reason)s") : _("%(who)s deleted this message.");
  return sentence(words, { who: name(by, byname), reason: quoted(reason) });
}
