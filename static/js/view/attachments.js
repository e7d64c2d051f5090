// Shows the files of a message in their places: pictures, sound and films, and a row for every other file.

import { inOrder, kindOf, nameOf } from "../lib/attached.js";
import { element, icon } from "../lib/dom.js";
import { addressOf, downloadLink, fileWords, leadTo, opensInTab, signOf } from "../lib/file_words.js";
import { _ } from "../lib/i18n.js";
import { showPreview } from "../lib/previews.js";
import { sizeOf } from "../lib/sizes.js";
import { loadStyles } from "../lib/styles.js";
import { addMotion } from "./motion.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/attachments.css", import.meta.url));

const makers = { picture, audio: player, video: player, plain: (place, file) => place.append(...row(file)) };

// Films and sounds are requested once they come in sight.
const nearing = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    target.src = target.dataset.src;
    nearing.unobserve(target);
  }
});

// Fills the places of lib/attached.js. context: {room, isBlocked(userid), onJump(seq), onSay(words)}
export function fill(places, files, message, context) {
  inOrder(files).forEach((file, index) => {
    places.children[index].replaceChildren();
    makers[kindOf(file)](places.children[index], file, () => view(message, file, context));
  });
}

async function view(message, file, context) {
  const loaded = await import("./viewer.js").catch(() => null);
  if (loaded) loaded.openViewer(message, file, context);
  else context.onSay(_("That could not be loaded."));
}

// --- Pictures -------------------------------------------------------------------------------------

function picture(place, file, onOpen) {
  const link = element("a", "shot");
  const image = element("img");
  Object.assign(image, { alt: nameOf(file), loading: "lazy", decoding: "async", draggable: false });
  Object.assign(link, { href: addressOf(file), title: nameOf(file), draggable: false, ariaHasPopup: "dialog" });
  link.append(image);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab
    event.preventDefault();
    link.focus({ preventScroll: true }); // Safari does not by itself, and it gets the focus back
    onOpen();
  });
  place.append(link);
  if (file.type === "image/gif") addMotion(place, link, file);
  showPreview(image, file.preview).then((isShown) => isShown || giveUp(place, file));
}

// The place keeps its size, so that nothing moves.
function giveUp(place, file) {
  place.classList.add("plain");
  place.replaceChildren(...row(file));
}

// --- Sound and films ------------------------------------------------------------------------------

function player(place, file) {
  const made = element(kindOf(file));
  Object.assign(made, { controls: true, preload: "metadata", playsInline: true, ariaLabel: nameOf(file) });
  made.dataset.src = addressOf(file);
  made.addEventListener("error", () => giveUp(place, file), { once: true });
  // Its controls move within it once the length is known: until then it is not seen.
  for (const type of ["loadedmetadata", "suspend"]) made.addEventListener(type, () => made.classList.add("loaded"));
  nearing.observe(made);
  const caption = element("p");
  caption.append(element("bdi", "", nameOf(file)), " ", element("small", "", sizeOf(file.size)), downloadLink(file));
  place.append(made, caption);
}

// --- Rows -----------------------------------------------------------------------------------------

// Makes what stands in a row: a link, and, if it opens the file, another one that downloads it.
function row(file) {
  const link = leadTo(element("a", "open"), file);
  const sort = element("span", "sort");
  sort.append(signOf(file));
  link.title = nameOf(file);
  link.draggable = false;
  link.append(sort, element("bdi", "", nameOf(file)), " ", element("small", "", fileWords(file)));
  if (opensInTab(file)) {
    link.append(element("span", "unseen", _("opens in a new tab")));
    return [link, downloadLink(file)];
  }
  link.append(icon("download"), element("span", "unseen", _("Download")));
  return [link];
}
