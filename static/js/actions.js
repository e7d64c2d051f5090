// Sends messages and changes of them, and marks messages as read.

import { _ } from "./lib/i18n.js";
import { announce } from "./view/announcer.js";

const UNDO = 6_000; // milliseconds in which a deletion can be taken back

export class Actions {
  #page; // {me, store, outgoing, marks, composer, notice, view, navigation}

  constructor(page) {
    this.#page = page;
  }

  // `reply`: the number of the message that is answered.
  send(txt, reply) {
    const { store, outgoing, composer, notice, navigation } = this.#page;
    const room = store.current;
    const fields = { ...store.address(room), txt, reply };
    notice.clear();
    if (!composer.files?.send(room.room, fields)) outgoing.add(room.room, fields);
    navigation.toEnd();
  }

  // fields: {type: "edit", seq, txt}
  change(fields) {
    const { store, outgoing, notice } = this.#page;
    notice.clear();
    outgoing.add(store.current.room, { ...fields, room: store.current.room });
  }

  // Deletes a message, unless the person takes it back. `reason`: of a moderator, for a message of another. `room`: its name,
  // if it is not of the open one.
  remove(seq, reason, room = this.#page.store.current.room) {
    const { outgoing, notice } = this.#page;
    notice.clear();
    outgoing.hold(room, { type: "delete", seq, room, reason }, UNDO);
    announce(_("The message was deleted."));
  }

  edit({ seq, msg }) {
    const { store, outgoing, composer } = this.#page;
    composer.edit({ seq, text: outgoing.editOf(store.current.room, seq) ?? msg });
  }

  editLast() {
    const { me, store, outgoing } = this.#page;
    const room = store.current;
    const last = room.messages.findLast(({ userid, msg, seq }) => userid === me && msg && !outgoing.isDeleting(room.room, seq));
    if (last && room.atHead && !outgoing.isSending(room.room)) this.edit(last);
  }

  // Chooses something for a room: its "level", or whether it is "pinned" or "hidden". False: it cannot be sent now.
  choose({ room }, type, value) {
    return this.#page.navigation.request({ type, room, [type]: value });
  }

  // The messages of the open room up to `seq` have been in sight.
  markRead(seq) {
    const { store, marks, view } = this.#page;
    const room = store.current;
    if (view.visible && seq && store.read(room, seq)) marks.note(room);
  }
}
