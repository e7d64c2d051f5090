// Signs out, once this tab and the others have forgotten the person's words.

import { clear, finish, tabs } from "./forget.js";

const PATIENCE = 2_000; // milliseconds

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
