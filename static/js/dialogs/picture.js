// The buttons with which a person chooses a picture, their own or a room's, or removes it.

import { ApiError } from "../net/api.js";
import { discard, sendWhole } from "../net/upload.js";
import { button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/portrait.css", import.meta.url));

const NAME = "picture.jpg"; // of the file that is sent

// Makes the buttons. isRound: it is shown in a circle; has: there is one, or a promise of that; set(file): the server shall take
// this file, or none; onEnd(): the dialog is closed in which the square of it is chosen.
export function pictureButtons({ isRound = false, has, set, onEnd = () => {} }) {
  const node = element("div", "portrait");
  const input = Object.assign(element("input"), { type: "file", accept: "image/*", hidden: true });
  const choose = button(_("Choose a picture"), () => input.click(), "button");
  const remove = button(_("Remove the picture"), clear, "button");
  const said = Object.assign(element("p", "words error"), { role: "status" });
  const show = (is) => (remove.hidden = !is);
  const say = (words) => (said.textContent = words);

  async function take(file) {
    say("");
    const crop = await import("./crop.js").catch(() => null);
    if (!crop) return say(_("That could not be loaded."));
    crop.openCrop(file, { isRound, save, onEnd }).catch(({ message }) => say(message));
  }

  async function save(blob, signal) {
    const file = await send(blob, signal);
    try {
      signal.throwIfAborted();
      await set(file);
    } catch (error) {
      discard(file).catch(() => {}); // it expires
      throw error;
    }
    show(true);
  }

  async function clear() {
    say("");
    remove.disabled = true;
    try {
      await set("");
      choose.focus();
      show(false);
    } catch ({ message }) {
      say(message);
    }
    remove.disabled = false;
  }

  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) take(file);
  });
  show(false);
  Promise.resolve(has).then(show, () => {});
  node.append(choose, remove, input, said);
  return { node, focus: () => choose.focus() };
}

// Uploads a JPEG. Returns the id of the file.
async function send(blob, signal) {
  try {
    const { id } = await sendWhole(new File([blob], NAME, { type: blob.type }), { signal, onProgress() {} });
    return id;
  } catch (error) {
    throw error instanceof ApiError ? error : new Error(_("The server does not answer."));
  }
}
