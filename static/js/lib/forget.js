// Forgets, at sign-out, the words that this browser keeps for the person: drafts, and messages that are not sent yet.

const WORDS = /^dweb\.(draft|outgoing)\./;

const tabs = new BroadcastChannel("dweb.sign-out");

// Each tab keeps words of its own: the other tabs forget theirs, and leave what they show.
tabs.addEventListener("message", () => {
  forget();
  location.reload();
});

export function signOut() {
  forget();
  tabs.postMessage("");
}

function forget() {
  clear();
  window.addEventListener("pagehide", clear); // words that are stored until then
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
