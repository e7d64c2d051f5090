// Keeps the draft of each room for this tab, for a reload of it, and for tabs that are opened later.

export class Drafts {
  #prefix;
  #kept = new Map(); // this tab's drafts as it has stored them: it removes none that another tab has stored
  #keys; // of all rooms with a draft: to ask the storage for each of many rooms takes long

  constructor(userid) {
    this.#prefix = `dweb.draft.${userid}.`;
    this.#keys = storedKeys();
  }

  has(room) {
    return this.#keys.has(this.#prefix + room);
  }

  // Returns a room's draft, or null.
  read(room) {
    const key = this.#prefix + room;
    try {
      const draft = this.#kept.get(key) || sessionStorage.getItem(key) || localStorage.getItem(key);
      this.#kept.set(key, draft);
      return JSON.parse(draft);
    } catch {
      return null; // storage is forbidden, or has something else there
    }
  }

  // `draft`: null for none.
  keep(room, draft) {
    const key = this.#prefix + room;
    const before = this.#kept.get(key);
    const text = draft ? JSON.stringify(draft) : "";
    this.#kept.set(key, text);
    if (text) this.#keys.add(key);
    else this.#keys.delete(key);
    try {
      if (localStorage.getItem(key) === before) localStorage.removeItem(key);
      if (text) localStorage.setItem(key, text);
      sessionStorage.setItem(key, text);
    } catch {
      // Storage is full or forbidden: the draft lives as long as the page.
    }
  }

  forget() {
    this.#kept.clear();
    this.#keys.clear();
  }
}

function storedKeys() {
  try {
    return new Set([sessionStorage, localStorage].flatMap((each) => Object.keys(each).filter((key) => each[key])));
  } catch {
    return new Set(); // storage is forbidden
  }
}
