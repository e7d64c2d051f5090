// The dialog that makes a room: its title, who can come in, a topic, and the first people.

import { open } from "./dialog.js";
import { choice, form, group, textField } from "./form.js";
import { PeopleField } from "./people_field.js";
import { makeRoom } from "../net/rooms.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

export const TITLE_CHARS = 80;
export const TOPIC_CHARS = 250;

const meanings = {
  open: _("Everyone who has an account here can find this room and join it."),
  private: _("Only those who are added can see this room. For others it does not exist."),
};

// `wanted`: a title to begin with. onMade(room: its wire name) is called after the dialog is closed.
export function openNewRoom(wanted, { userid, onMade }) {
  let kind = "open";
  const title = textField(_("Title"), { value: wanted, most: TITLE_CHARS });
  const topic = textField(_("Topic"), { most: TOPIC_CHARS, hint: _("optional") });
  const people = new PeopleField(_("People"), (each) => each !== userid);
  const meaning = element("small", "", meanings[kind]);
  const doors = choice(_("Who can come in"), "kind", { open: _("Everyone here"), private: _("By invitation") }, kind, (chosen) => {
    kind = chosen;
    meaning.textContent = meanings[kind];
  });
  meaning.role = "status";
  title.input.autofocus = true;
  title.input.required = true;

  const work = () => makeRoom({ title: title.input.value, topic: topic.input.value.trim() || null, kind, members: people.ids });
  const done = ({ room }) => {
    dialog.close();
    onMade(room);
  };
  const content = [
    title.node,
    group(_("Who can come in"), "", doors, meaning),
    topic.node,
    group(_("People"), _("you can add more later"), people.node),
  ];
  const made = form(content, _("Make this room"), { work, done, cancel: () => dialog.close() });
  const dialog = open(_("New room"), made, { className: "form" });
}
