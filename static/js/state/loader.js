// Loads the messages that a room lacks. If that fails, the page shows the reason and a button to try again.

import { _ } from "../lib/i18n.js";
import { isBusy, load } from "./pages.js";

export class Loader {
  #page; // {store, outgoing, notice, view}

  constructor(page) {
    this.#page = page;
  }

  // Loads the messages around `at` (null: the newest). False: that failed; the button calls again().
  load(room, at, again) {
    return this.#fetched(room, () => load(room, at, this.#take), again);
  }

  // Loads more of the open room at one of its ends: `work` is loadOlder or loadNewer of pages.js.
  async extend(work) {
    const { store, view } = this.#page;
    const room = store.current;
    if (isBusy(room) || !store.knows(room) || room.loadError) return;
    const again = () => {
      room.loadError = null;
      this.extend(work);
    };
    if (await this.#fetched(room, () => work(room, this.#take), again)) view.redraw("messages");
  }

  // Clears a room's error after a reconnection, so that its messages are requested again.
  recover(room) {
    if (!room.loadError) return;
    room.loadError = null;
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
      else room.loadError = _("Messages could not be loaded: %(reason)s", { reason: error.message });
      if (here && !room.missing) notice.show(error.message, room.loadError && [_("Try again"), again]);
      view.redraw("messages");
      return false;
    }
  }

  #take = (events) => {
    this.#page.store.addAuthors(events);
    for (const { cid } of events) this.#page.outgoing.drop(cid);
  };
}
