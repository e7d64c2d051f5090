// The webhooks of a room, for its moderators: which there are, and a new one, whose address is shown this once.

import { open } from "./dialog.js";
import { form, textField } from "./form.js";
import { line } from "./once.js";
import { button, element } from "../lib/dom.js";
import { _, locale } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import { endHook, hooksOf, makeHook } from "../net/hooks.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/account.css", import.meta.url));

const NAME_CHARS = 60;
const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const format = (time) => dates.format(new Date(time));

// `room`: its wire name; `title`: what people read.
export function openHooks({ room, title }) {
  const content = element("div", "content");
  const list = element("ul", "devices");
  const said = element("p", "words");
  const actions = element("div", "actions");
  said.role = "status";
  said.tabIndex = -1;
  actions.append(button(_("New webhook"), () => openNew({ room, title }), "button main"));
  content.append(element("p", "words", _("Other programs write here with a webhook, such as Grafana, GitLab or a script.")), list, said, actions);
  const dialog = open(_("Webhooks of %(room)s", { room: title }), content, { className: "form hooks" });
  draw();
  return dialog;

  async function draw() {
    const answer = await hooksOf(room).catch((error) => error);
    if (answer instanceof Error) return (said.textContent = answer.message);
    list.replaceChildren(...answer.hooks.map((each) => item(each, () => end(each))));
  }

  async function end({ id, name }) {
    const answer = await endHook(id).catch((error) => error);
    await draw();
    said.textContent = answer instanceof Error ? answer.message : _("The webhook %(name)s is ended.", { name });
    said.focus(); // the button is gone
  }
}

function item({ name, names, by, used }, onEnd) {
  const made = element("li");
  const words = element("div");
  const notes = [
    _("made by %(name)s", { name: by.username }),
    names && _("names of its own"),
    used ? _("last used %(day)s", { day: format(used) }) : _("not used yet"),
  ];
  const stop = button(_("End"), onEnd, "button");
  stop.ariaLabel = _("End: %(device)s", { device: name });
  words.append(element("bdi", "name", name), element("span", "words", notes.filter(Boolean).join(" · ")));
  made.append(words, stop);
  return made;
}

function openNew({ room, title }) {
  const name = textField(_("Name under which it writes"), { most: NAME_CHARS });
  const names = element("label", "check");
  const box = Object.assign(element("input"), { type: "checkbox", name: "names" });
  names.append(box, element("span", "", _("Its messages may have a name and an emoji of their own")));
  name.input.autofocus = true;
  const work = () => makeHook({ room, name: name.input.value, names: box.checked ? 1 : 0 });
  const done = ({ url }) => {
    const result = element("div", "content");
    result.append(...shown(url));
    dialog.querySelector("form").replaceWith(result);
  };
  const back = () => openHooks({ room, title });
  const made = form([name.node, names], _("Make a webhook"), { work, done, cancel: back });
  const dialog = open(_("New webhook"), made, { className: "form hooks" });
}

// The address with its button, and a line that sends a message with it.
function shown(url) {
  const first = line(url, _("Address"), _("Copy the address"));
  requestAnimationFrame(() => first.querySelector("input").focus());
  return [
    element("p", "words", _("Copy it now: it is not shown again. Who has it writes in this room.")),
    first,
    element("p", "words", _("It takes plain text, and what programs send to Slack:")),
    line(`curl -d "Hello" ${url}`, _("A command"), _("Copy the command")),
  ];
}
