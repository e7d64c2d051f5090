// Takes files that a person chooses, drops or pastes. What shows and sends them is loaded with the first ones.

import { $ } from "../lib/dom.js";
import { TRAY } from "../lib/forget.js";
import { _ } from "../lib/i18n.js";

// page: {store, outgoing, connection, composer, notice, navigation, view}
// Returns a function that tries a message again.
export function takeFiles(page) {
  const { store, composer, outgoing, notice } = page;

  // Loads files.js, and calls work(files), if there is work: then it says so if it cannot be loaded.
  async function use(work) {
    const failed = () => work && notice.show(_("That could not be loaded."), [_("Try again"), () => use(work)]);
    const loaded = await import("./files.js").catch(failed);
    if (loaded) composer.files ??= new loaded.Files(page);
    return loaded && work?.(composer.files);
  }

  // They go to the room in which they were taken.
  function take(files) {
    const { room } = store.current;
    composer.taking = use((loaded) => loaded.add(files, room)).finally(() => (composer.taking = null));
  }

  // Without this, a browser would show a dropped file in the page's place. Programs that copy text may add a picture of it;
  // those that copy files may add their names as a text.
  function moved(event) {
    const { type, target, clipboardData } = event;
    const data = clipboardData ?? event.dataTransfer;
    if (!data?.types.includes("Files")) return;
    const files = [...data.files];
    const text = clipboardData?.getData("text/plain").trimEnd();
    if (text && !files.some(({ name }) => text.endsWith(name))) return;
    event.preventDefault();
    if (type === "dragover") use(); // it shows where to drop them
    else if (clipboardData ? !target.closest("dialog") : target.closest("#talk")) take(files);
  }

  for (const type of ["dragover", "drop", "paste"]) document.addEventListener(type, moved);
  const input = $("files");
  $("add").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  try {
    if (TRAY in sessionStorage || [...outgoing.entries.values()].some(({ files }) => files)) use();
  } catch {
    // Storage is forbidden: nothing was kept.
  }
  return (cid) => (outgoing.entries.get(cid).files ? use((files) => files.retry(cid)) : outgoing.retry(cid));
}
