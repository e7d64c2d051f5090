// Takes files that a person chooses, drops or pastes. What shows and sends them is loaded with the first ones.

import { $ } from "../lib/dom.js";
import { TRAY } from "../lib/forget.js";
import { _ } from "../lib/i18n.js";

// page: {store, outgoing, connection, composer, notice, navigation, view}
export function takeFiles(page) {
  const { composer, outgoing, notice } = page;

  async function load() {
    const { Files } = await import("./files.js");
    return (composer.files ??= new Files(page));
  }

  function take(files) {
    const again = () => take(files);
    const failed = () => notice.show(_("That could not be loaded."), [_("Try again"), again]);
    const taking = load().then((loaded) => loaded.add(files), failed);
    composer.taking = taking;
    taking.finally(() => composer.taking === taking && (composer.taking = null));
  }

  // Without this, a browser would show a dropped file in the page's place. Text goes its own way.
  function moved(event) {
    const data = event.dataTransfer ?? event.clipboardData;
    if (!data?.types.includes("Files") || data.types.includes("text/plain")) return;
    event.preventDefault();
    if (event.type === "dragover") load().catch(() => {}); // it shows where to drop them
    else if (event.type === "paste" || event.target.closest("#talk")) take([...data.files]);
  }

  for (const type of ["dragover", "drop", "paste"]) document.addEventListener(type, moved);
  const input = $("files");
  $("add").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  if (isKept() || [...outgoing.entries.values()].some(({ files }) => files)) load().catch(() => {});
}

function isKept() {
  try {
    return TRAY in sessionStorage;
  } catch {
    return false; // storage is forbidden
  }
}
