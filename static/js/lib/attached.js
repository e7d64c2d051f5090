// The files of a message: their places, which have their sizes before a file is loaded, and the words for them.

import { element } from "./dom.js";
import { _, ngettext } from "./i18n.js";
import { plain } from "./text.js";

const WIDE = 400; // pixels, the most of a picture
const HIGH = 320;
const LEAST = 48;
const PLAYED = /^(audio|video)\/(flac|mp4|mpeg|ogg|wav|webm)$/; // in the page: what Dweb/files/media.py names

// Returns the name without marks that turn the direction of writing: they would hide its true ending.
export const nameOf = ({ name }) => name.replace(/\p{Bidi_C}/gu, "");

// Returns a message as one line of at most `most` characters: its text, or else what files it has.
export const lineOf = ({ msg, files }, most) => plain(msg, most) || (files ? wordsOf(files) : "");

function wordsOf(files) {
  const count = files.length;
  if (files.every(({ preview }) => preview)) return count > 1 ? ngettext("%(count)s picture", "%(count)s pictures", count) : _("Picture");
  return count > 1 ? ngettext("%(count)s file", "%(count)s files", count) : nameOf(files[0]);
}

// Pictures come first.
export const inOrder = (files) => [...files].sort((one, other) => !one.preview - !other.preview);

export const kindOf = ({ preview, type }) => (preview ? "picture" : (PLAYED.exec(type)?.[1] ?? "plain"));

// Makes the places of files in their order, each with a link until attachments.js fills it. Several pictures stand three in a
// row, and the first ones two in a row, so that no row has a gap.
export function placesOf(files) {
  const made = element("div", "files");
  const { length } = files.filter(({ preview }) => preview);
  const large = [0, 4, 2][length % 3];
  inOrder(files).forEach((file, index) => {
    const place = made.appendChild(element("div", kindOf(file)));
    place.append(Object.assign(element("a", "", nameOf(file)), { href: `/files/${file.id}/file`, download: nameOf(file) }));
    if (index >= length) return;
    const cell = index < large ? { gridColumn: "span 3", aspectRatio: "4 / 3" } : { gridColumn: "span 2", aspectRatio: "1" };
    Object.assign(place.style, length > 1 ? cell : boxOf(file));
  });
  return made;
}

function boxOf({ width = WIDE, height = HIGH }) {
  const scale = Math.min(1, WIDE / width, HIGH / height);
  const [across, down] = [width, height].map((side) => Math.max(LEAST, Math.round(side * scale)));
  return { width: `${across}px`, aspectRatio: `${across} / ${down}` };
}
