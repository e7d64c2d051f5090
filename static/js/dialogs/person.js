// The card of a person, by their name or picture: who they are, the rooms of both, and what one can do with them.

import { confirm } from "./confirm.js";
import { openMenu } from "./menu.js";
import { block, personOf } from "../net/people.js";
import { $, avatar, element } from "../lib/dom.js";
import { _, locale, ngettext } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/person.css", import.meta.url));

const SOON = 600; // milliseconds that the card waits for the server: what comes later would move what is pressed
const ROOMS = 4; // that are named; the others are behind a row
const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });
const roles = { admin: _("admin"), guest: _("guest") };

// The focus goes back to `opener`; the card stands by `anchor`. on: {note: whether they are online, as far as the page knows,
// isBlocked, deeds: further rows, onMessage(), onRoom(name), onFault(words)}
export async function openPerson({ opener, anchor, userid, username }, on) {
  const answer = personOf(userid).catch(() => ({})); // without a connection, or of one who is gone, the page's own words stay
  const soon = await Promise.race([answer, new Promise((wait) => setTimeout(wait, SOON))]);
  if (!opener.isConnected) return;
  const show = (about) => {
    const person = { userid, username, ...about };
    return openMenu(opener, username, [headOf(person, on.note), factsOf(person)], rowsOf(person, on), anchor);
  };
  const box = show(soon);
  if (soon) return;
  const late = await answer;
  if (late.userid && box.isConnected && document.activeElement === box.querySelector(".item")) show(late); // nothing was chosen yet
}

function headOf({ userid, username, account, role, online, bot }, note) {
  const here = online ? _("online") : note;
  const head = Object.assign(element("div", "head person"), { id: "person-head" });
  head.classList.toggle("online", here === _("online"));
  const name = element("span", "name");
  name.append(element("bdi", "", username));
  if (bot) name.append(" ", element("span", "bot", _("bot")));
  else if (roles[role]) name.append(" ", element("span", "tag", roles[role]));
  const line = element("span", "note");
  line.append(...[account && element("bdi", "", account), here].filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part])));
  head.append(avatar(userid, username), name, line);
  return head;
}

function factsOf({ since, timezone }) {
  const facts = Object.assign(element("dl"), { id: "person-facts" });
  const add = (title, words) => facts.append(element("dt", "", title), element("dd", "", words));
  const there = timezone && timeThere(timezone);
  if (since) add(_("Here since"), month.format(new Date(since)));
  if (there) add(_("Clock"), _("%(time)s there", { time: there }));
  facts.hidden = !facts.children.length;
  return facts;
}

// The time that a clock shows there now; empty if it is the same as here, or if this browser does not know the zone.
function timeThere(timeZone) {
  const now = new Date();
  const clock = (zone) => now.toLocaleString(locale, zone);
  try {
    return clock({ timeZone }) === clock() ? "" : now.toLocaleTimeString(locale, { timeStyle: "short", timeZone });
  } catch {
    return "";
  }
}

function rowsOf({ userid, username, rooms = [], more, hook }, { isBlocked, deeds, onMessage, onRoom, onFault }) {
  const row = ({ room, title }) => ({ name: "rooms", words: title, href: `?num=${encodeURIComponent(room)}`, act: () => onRoom(room) });
  const rest = rooms.length - ROOMS;
  const count = more ? `${rest}+` : rest;
  const all = { name: "more", words: ngettext("and %(count)s more room", "and %(count)s more rooms", rest, { count }), more: () => rooms.map(row) };
  if (hook) return [{ name: "close", words: _("Close"), act: () => {} }]; // nobody reads what would be written to it
  return [
    { name: "reply", words: _("Message"), act: onMessage },
    { name: "at", words: _("Mention"), act: () => mention(username) },
    ...(rooms.length ? [{ heading: _("Both in") }, ...rooms.slice(0, rest > 1 ? ROOMS : ROOMS + 1).map(row)] : []),
    ...(rest > 1 ? [all] : []),
    ...(deeds.length ? [null, ...deeds.filter(Boolean)] : []),
    null,
    blocking(userid, username, isBlocked, onFault),
  ];
}

function blocking(userid, name, isBlocked, onFault) {
  const set = (on) => block(userid, on).catch(({ message }) => onFault(message));
  if (isBlocked) return { name: "block", words: _("Unblock"), act: () => set(false) };
  const words = _("%(name)s can then write you no private messages, and what they write in rooms stays folded until you ask for it.", { name });
  const act = () => confirm(_("Block %(name)s", { name }), [element("p", "", words)], _("Block"), () => set(true));
  return { name: "block", words: _("Block …"), isBad: true, act };
}

// Types the name into the composer, as the person would: it can be undone.
function mention(username) {
  const field = $("composer").txt;
  field.focus();
  const { value, selectionStart } = field;
  const follows = selectionStart > 0 && !/\s/.test(value[selectionStart - 1]);
  document.execCommand("insertText", false, `${follows ? " " : ""}@${username} `);
}
