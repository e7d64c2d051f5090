// What lists and viewers say of a file: its address, its sign, its sort, and the way to have it.

import { kindOf, nameOf } from "./attached.js";
import { element, icon } from "./dom.js";
import { _ } from "./i18n.js";
import { sizeOf } from "./sizes.js";
import "./icons.js";
import "./words.js";

const IN_TAB = new Set(["application/pdf", "text/plain"]); // a browser shows them; all else is downloaded
const SIGNS = { picture: "image", audio: "sound", video: "film" };

// A name of dots alone would lead to another address.
export const addressOf = (file) => `/files/${file.id}/${encodeURIComponent(file.name.toWellFormed()).replace(/^\.+$/, "file")}`;

// Returns "PDF · 214 KB".
export const fileWords = (file) => `${sortOf(file)} · ${sizeOf(file.size)}`;

function sortOf(file) {
  if (file.type === "application/pdf") return "PDF";
  const [, ending] = /\.([a-z\d]{1,5})$/i.exec(nameOf(file)) ?? [];
  return ending?.toUpperCase() ?? _("File");
}

export const signOf = (file, className) => icon(SIGNS[kindOf(file)] ?? (/zip|tar|compressed|rar/.test(file.type) ? "archive" : "file"), className);

// Gives a link the address of a file: a browser shows it in another tab, or downloads it.
export function leadTo(link, file, isDownload = !IN_TAB.has(file.type)) {
  link.href = addressOf(file);
  if (isDownload) link.download = nameOf(file);
  else Object.assign(link, { target: "_blank", rel: "noopener" });
  return link;
}

export function downloadLink(file) {
  const made = leadTo(element("a", "icon-button"), file, true);
  made.append(icon("download"));
  made.title = _("Download");
  made.ariaLabel = _("Download %(name)s", { name: nameOf(file) });
  return made;
}

export const opensInTab = ({ type }) => IN_TAB.has(type);
