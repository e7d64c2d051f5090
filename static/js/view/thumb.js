// Makes the element of one file that is being sent: its picture or sort, name, size and progress, and the button that removes
// it. It goes with the file from the tray into the message.

import { element, icon, iconButton } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { sizeOf } from "../lib/sizes.js";
import "../lib/icons.js";
import "../lib/words.js";

const SORT = /\.([^.\s]{1,5})$/; // the end of a name, which says what a file is

const thumbs = new WeakMap(); // uploads to their elements
const removers = new WeakMap(); // uploads to what their buttons do

// Without onRemove(upload), it cannot be removed.
export function thumbOf(upload, onRemove) {
  if (!thumbs.has(upload)) thumbs.set(upload, make(upload));
  const made = thumbs.get(upload);
  const remove = made.querySelector("button");
  removers.set(upload, onRemove);
  if (!onRemove) remove?.remove();
  else if (!remove) made.append(iconButton("close", removing(upload), () => removers.get(upload)(upload)));
  return made;
}

const removing = ({ about }) => _("Remove %(name)s", { name: about.name });

// Shows how far an upload has come.
export function follow(upload) {
  const made = thumbs.get(upload);
  if (!made || made.dataset.state === "gone") return;
  const { state, percent, about, url } = upload;
  if (made.dataset.of !== about.name + about.modified) show(made, upload, url);
  made.dataset.state = state;
  const progress = made.querySelector("[role]");
  progress.hidden = state === "done" || state === "failed";
  progress.ariaValueNow = percent;
  progress.ariaValueText = state === "paused" ? _("waits for the connection") : `${percent} %`;
  progress.querySelector("circle + circle").setAttribute("stroke-dasharray", `${percent} 100`);
}

function make(upload) {
  const made = element("li", "thumb");
  const progress = element("span", "ring");
  progress.role = "progressbar";
  progress.append(circles());
  const words = element("span", "words");
  words.append(element("bdi", "what"), element("span", "size"));
  made.append(element("span", "face"), progress, words);
  thumbs.set(upload, made);
  follow(upload);
  return made;
}

function show(made, upload, url) {
  const { name, size, modified } = upload.about;
  made.dataset.of = name + modified;
  made.title = `${name}, ${sizeOf(size)}`;
  made.querySelector(".what").textContent = name;
  made.querySelector(".size").textContent = sizeOf(size);
  made.querySelector("[role]").ariaLabel = name;
  const remove = made.querySelector("button");
  if (remove) remove.title = remove.ariaLabel = removing(upload);
  const sort = () => {
    const [, ending = ""] = name.match(SORT) ?? [];
    made.querySelector(".face").replaceChildren(icon("file"), element("span", "", ending.toUpperCase()));
  };
  if (!url) return sort();
  const picture = Object.assign(element("img"), { src: url, alt: "", draggable: false, decoding: "async" });
  picture.addEventListener("error", sort); // no picture that this browser can show
  made.querySelector(".face").replaceChildren(picture);
}

function circles() {
  const { namespaceURI } = document.querySelector(".sprite");
  const made = document.createElementNS(namespaceURI, "svg");
  made.setAttribute("viewBox", "0 0 28 28");
  made.setAttribute("aria-hidden", "true");
  for (let count = 0; count < 2; count++) {
    const circle = document.createElementNS(namespaceURI, "circle");
    for (const [name, value] of Object.entries({ cx: 14, cy: 14, r: 11, pathLength: 100 })) circle.setAttribute(name, value);
    made.append(circle);
  }
  return made;
}
