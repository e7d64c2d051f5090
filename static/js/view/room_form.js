// The picture, the title and the topic of a room, changed in place by those who may.

import { button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { form, group, textField } from "../dialogs/form.js";
import { TITLE_CHARS, TOPIC_CHARS } from "../dialogs/new_room.js";
import { pictureButtons } from "../dialogs/picture.js";
import { picturesOf } from "../net/pictures.js";
import { powersIn } from "../lib/powers.js";

export class RoomForm {
  node = element("div", "edit");
  #deeds;
  #onChange;
  #room = null;
  #edit = button(_("Edit picture, title and topic"), () => this.#open());

  // onChange(): it was opened or closed.
  constructor(deeds, onChange) {
    this.#deeds = deeds;
    this.#onChange = onChange;
    this.node.addEventListener("keydown", (event) => this.#pressed(event));
  }

  get isOpen() {
    return this.node.firstElementChild?.tagName === "FORM";
  }

  show(room) {
    this.#room = room;
    this.node.replaceChildren(this.#edit);
  }

  draw(room) {
    this.node.hidden = room.missing || !powersIn(room).moderates;
  }

  #open() {
    const { room, name, topic } = this.#room;
    const has = picturesOf({ rooms: [room] }).then(({ rooms }) => Object.hasOwn(rooms, room));
    const picture = pictureButtons({ has, set: (file) => this.#deeds.depict({ room }, file) });
    const title = textField(_("Title"), { value: name, most: TITLE_CHARS });
    const about = textField(_("Topic"), { value: topic, most: TOPIC_CHARS, hint: _("optional") });
    const work = () => this.#deeds.rename(this.#room, title.input.value.trim(), about.input.value.trim());
    const close = () => this.#close();
    title.input.required = true;
    this.node.replaceChildren(form([group(_("Picture"), "", picture.node), title.node, about.node], _("Save"), { work, done: close, cancel: close }));
    title.input.focus();
    title.input.select();
    this.#onChange();
  }

  #close() {
    const hadFocus = this.node.contains(document.activeElement);
    this.node.replaceChildren(this.#edit);
    if (hadFocus) this.#edit.focus();
    this.#onChange();
  }

  #pressed(event) {
    if (event.key !== "Escape" || event.isComposing || !this.isOpen) return;
    event.stopPropagation();
    event.preventDefault();
    this.#close();
  }
}
