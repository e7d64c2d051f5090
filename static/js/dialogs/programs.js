// The part of the settings with the tokens of the person's programs, and the dialog that makes one and shows it, once.

import { open } from "./dialog.js";
import { choice, form, group, textField } from "./form.js";
import { line } from "./once.js";
import { button, element } from "../lib/dom.js";
import { _, locale } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import { endToken, makeToken, tokens } from "../net/account.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/account.css", import.meta.url));

const NAME_CHARS = 60;
const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const format = (time) => dates.format(new Date(time));

const scopes = () => ({
  read: _("Read"),
  "read,write": _("Read and write"),
  "read,write,manage": _("Manage rooms, too"),
});
const lifetimes = () => ({ 30: _("a month"), 365: _("a year"), "": _("for ever") });

// Returns elements that fill themselves.
export function programs() {
  const list = element("ul", "devices programs");
  const said = element("p", "words");
  const row = element("div", "row");
  row.append(button(_("New token"), openToken, "button"));
  said.role = "status";
  said.tabIndex = -1;
  draw();
  return [list, said, row];

  async function draw() {
    const answer = await tokens().catch((error) => error);
    if (answer instanceof Error) return (said.textContent = answer.message);
    list.replaceChildren(...answer.tokens.map((each) => item(each, () => end(each))));
  }

  async function end({ id, name }) {
    const answer = await endToken(id).catch((error) => error);
    await draw();
    said.textContent = answer instanceof Error ? answer.message : _("The token of %(name)s is ended.", { name });
    said.focus(); // the button is gone
  }
}

function item({ name, scopes: may, rooms, used, expires }, onEnd) {
  const made = element("li");
  const words = element("div");
  const notes = [
    scopes()[may.join()] ?? may.join(", "),
    rooms?.join(", "),
    used ? _("last used %(day)s", { day: format(used) }) : _("not used yet"),
    expires && _("until %(day)s", { day: format(expires) }),
  ];
  const stop = button(_("End"), onEnd, "button");
  stop.ariaLabel = _("End: %(device)s", { device: name });
  words.append(element("bdi", "name", name), element("span", "words", notes.filter(Boolean).join(" · ")));
  made.append(words, stop);
  return made;
}

function openToken() {
  const wanted = { scopes: "read,write", days: "365" };
  const pick = (name) => (value) => (wanted[name] = value);
  const name = textField(_("Name of the program"), { most: NAME_CHARS });
  const rooms = textField(_("Rooms"), { most: 1_000, hint: _("names in the address of a room, by commas; none for all") });
  const content = [
    name.node,
    group(_("It may"), "", choice(_("It may"), "scopes", scopes(), wanted.scopes, pick("scopes"))),
    rooms.node,
    group(_("How long it holds"), "", choice(_("How long it holds"), "days", lifetimes(), wanted.days, pick("days"))),
  ];
  const work = () => makeToken({ ...wanted, name: name.input.value, rooms: rooms.input.value });
  const done = (made) => {
    const result = element("div", "content");
    result.append(...shown(made));
    dialog.querySelector("form").replaceWith(result);
  };
  const made = form(content, _("Make a token"), { work, done, cancel: () => dialog.close() });
  const dialog = open(_("New token"), made, { className: "form handover" });
}

// The token with its button, and a line that does something with it.
function shown({ token, scopes, rooms }) {
  const reads = !scopes.includes("write");
  const words = reads ? _("This line reads what was said last:") : _("This line sends a message:");
  const first = line(token, _("Token"), _("Copy the token"));
  requestAnimationFrame(() => first.querySelector("input").focus());
  return [
    element("p", "words", _("Copy it now: it is not shown again. Who has it acts for you.")),
    first,
    element("p", "words", words),
    line(command(token, reads, rooms?.[0]), _("A command"), _("Copy the command")),
  ];
}

function command(token, reads, room) {
  const url = new URL(reads ? "/history/" : "/msg_send/", location.href);
  const message = reads ? "" : ' -d type=1 --data-urlencode "txt=Hello"';
  const where = room ? ` --data-urlencode "room=${room}"` : "";
  return `curl${reads ? " -G" : ""} -H "Authorization: Bearer ${token}"${message}${where} ${url}`;
}
