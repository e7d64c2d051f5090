// Forgets, at sign-out, the words that this browser keeps for the person: drafts, and messages that are not sent yet.

const WORDS = /^dweb\.(draft|outgoing)\./;

const tabs = new BroadcastChannel("dweb.sign-out");

export function signOut() {
  clear();
  tabs.postMessage("");
  window.addEventListener("pagehide", clear); // words that are stored until then
}

// Each tab keeps words of its own. work() is called when the person signs out in another tab.
export function onSignOut(work) {
  tabs.addEventListener("message", () => {
    clear();
    work();
  });
}

function clear() {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      for (const key of Object.keys(storage)) if (WORDS.test(key)) storage.removeItem(key);
    }
  } catch {
    // Storage is forbidden: nothing was kept.
  }
}
