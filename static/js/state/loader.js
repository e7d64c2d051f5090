// Brings in what a room lacks; when that cannot be had, the person is told why and can try again.

import { _ } from "../lib/i18n.js";
import { bring, isBusy } from "./pages.js";

export class Loader {
  #page; // {store, outgoing, notice, view}

  constructor(page) {
    this.#page = page;
  }

  // Have the messages around `at` (null: the newest). False: they could not be had; again() is for another try.
  bring(room, at, again) {
    return this.#fetched(room, () => bring(room, at, this.#met), again);
  }

  // More of the open room at one of its ends: `work` is bringOlder or bringNewer of pages.js.
  async extend(work) {
    const { store, view } = this.#page;
    const room = store.current;
    if (isBusy(room) || store.epoch === null || room.trouble) return;
    const again = () => {
      room.trouble = null;
      this.extend(work);
    };
    if (await this.#fetched(room, () => work(room, this.#met), again)) view.redraw("messages");
  }

  // A new connection is a new chance.
  recover(room) {
    if (!room.trouble) return;
    room.trouble = null;
    this.#page.notice.clear();
    this.#page.view.redraw("messages");
  }

  async #fetched(room, work, again) {
    const { store, notice, view } = this.#page;
    try {
      await work();
      return true;
    } catch (error) {
      const here = room === store.current;
      if (error.code === "forbidden" || error.code === "not_found") store.take({ type: "room", room: room.room, joined: false });
      else room.trouble = _("Messages could not be loaded: %(reason)s", { reason: error.message });
      if (here) notice.show(error.message, room.trouble && [_("Try again"), again]);
      view.redraw("messages");
      return false;
    }
  }

  #met = (events) => {
    this.#page.store.meetAll(events);
    for (const { cid } of events) this.#page.outgoing.drop(cid);
  };
}
