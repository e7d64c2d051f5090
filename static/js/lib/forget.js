// Forgets, at sign-out, the words that this browser keeps for the person: drafts, and messages that are not sent yet.

export const TRAY = "dweb.draft.files"; // what waits above the field, in this tab's storage
const WORDS = /^dweb\.(draft|outgoing)\./;

export const tabs = new BroadcastChannel("dweb.sign-out");

export let finish = () => {};

// before() does what has to be done while the person is still signed in. Each tab keeps words of its own: elsewhere() is
// called when the person signs out in another tab.
export function onSignOut(before, elsewhere) {
  finish = before;
  tabs.addEventListener("message", async () => {
    await before();
    elsewhere();
    clear();
  });
}

export function clear() {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      for (const key of Object.keys(storage)) if (WORDS.test(key)) storage.removeItem(key);
    }
  } catch {
    // Storage is forbidden: nothing was kept.
  }
}
