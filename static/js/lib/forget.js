// Forgets, at sign-out, the words that this browser keeps for the person: drafts, and messages that are not sent yet.

const WORDS = /^dweb\.(draft|outgoing)\./;

const PATIENCE = 2_000; // milliseconds

const tabs = new BroadcastChannel("dweb.sign-out");

let finish = () => {};

// Of a form that signs out, in place of its submission.
export async function signOut(event) {
  const form = event.target;
  event.preventDefault();
  tabs.postMessage("");
  await Promise.race([finish(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  clear();
  window.addEventListener("pagehide", clear); // words that are stored until then
  if (!form.isConnected) { // its dialog was closed meanwhile
    form.hidden = true;
    document.body.append(form);
  }
  form.submit();
}

// before() does what has to be done while the person is still signed in. Each tab keeps words of its own: elsewhere() is
// called when the person signs out in another tab.
export function onSignOut(before, elsewhere) {
  finish = before;
  tabs.addEventListener("message", async () => {
    await before();
    clear();
    elsewhere();
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
