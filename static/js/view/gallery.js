// The pictures of a room in their order: those of the messages that the page has, and further ones once they are asked for.

import { history } from "../net/api.js";
import { filesOf } from "../net/lookups.js";

const PAGES = 5; // without a picture, one after the other, after which it is said that the search goes on

export class Gallery {
  pictures = []; // those that are known: {file, message}
  at = 0; // the index of the one that is shown
  #room;
  #isHidden; // (message): a picture of somebody whom the person blocks
  #before; // the id of the event before which pictures are requested; null: there are none
  #after; // likewise the number after which; null: there are none
  #busy = false;

  // `message` and `file`: what is shown first.
  constructor(room, message, file, isBlocked) {
    this.#room = room;
    this.#isHidden = ({ userid }) => !room.pair && isBlocked(userid);
    const { messages } = room;
    const isHere = messages.includes(message);
    const shown = isHere ? messages.filter((each) => each === message || (each.files && !this.#isHidden(each))) : [message];
    this.pictures = shown.flatMap(picturesOf);
    this.at = this.pictures.findIndex((each) => each.file.id === file.id && each.message === message);
    this.#before = !isHere || room.more ? (isHere ? messages[0] : message).id : null;
    this.#after = !isHere ? message.seq : room.atHead ? null : room.end;
  }

  get shown() {
    return this.pictures[this.at];
  }

  // True: there is a picture before (-1) or after (1) the one that is shown, or there may be.
  mayStep(by) {
    return this.#has(this.at + by) || (by < 0 ? this.#before : this.#after) !== null;
  }

  // True: the room has no other pictures than those that are known.
  get isWhole() {
    return this.#before === null && this.#after === null;
  }

  // Goes so many pictures on, if there is one. goOn() is called now and then while it looks for one: false ends the search.
  // Throws ApiError or an error without an answer.
  async step(by, goOn) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let pages = 1; !this.#has(this.at + by) && this.mayStep(by); pages++) {
        await (by < 0 ? this.#loadEarlier() : this.#loadLater());
        if (pages % PAGES === 0 && !goOn()) break;
      }
      if (this.#has(this.at + by)) this.at += by;
    } finally {
      this.#busy = false;
    }
  }

  #has(index) {
    return index in this.pictures;
  }

  async #loadEarlier() {
    const { files, more } = await filesOf(this.#room.room, "", this.#before);
    const last = Math.min(...files.map(({ event }) => event));
    const ascending = files.filter((file) => file.preview && !this.#isHidden(file)).sort((one, other) => one.event - other.event);
    const found = ascending.map((file) => ({ file, message: file }));
    this.pictures.unshift(...found);
    this.at += found.length;
    this.#before = more && files.length ? last : null;
  }

  async #loadLater() {
    const { events, more } = await history(this.#room.room, { after: this.#after });
    const messages = events.map(({ data }) => data).filter((message) => message.files && !this.#isHidden(message));
    this.pictures.push(...messages.flatMap(picturesOf));
    this.#after = more && events.length ? events.at(-1).data.seq : null;
  }
}

const picturesOf = (message) => (message.files ?? []).filter(({ preview }) => preview).map((file) => ({ file, message }));
