// The dialog of one's own profile: the account, and the picture and the name that others see.

import { open } from "./dialog.js";
import { pictureButtons } from "./picture.js";
import { avatar, element } from "../lib/dom.js";
import { _, locale } from "../lib/i18n.js";
import { sizeOf } from "../lib/sizes.js";
import { loadStyles } from "../lib/styles.js";
import { profile, rename } from "../net/account.js";
import { usedByFiles } from "../net/lookups.js";
import { choosePicture } from "../net/pictures.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/account.css", import.meta.url));

const MOST = 60; // characters of a name
const days = new Intl.DateTimeFormat(locale, { dateStyle: "long" });

// `again`: the person comes back from choosing a picture.
export async function openProfile(again = false) {
  const content = element("div");
  const said = element("p", "words");
  said.role = "status";
  content.append(said);
  open(_("Profile"), content, { className: "profile" });
  try {
    const own = await profile();
    const buttons = pictureButtons({ isRound: true, has: !!own.picture, set: choosePicture, onEnd: () => openProfile(true) });
    content.prepend(head(own), buttons.node, form(own, content, said), space());
    if (again) buttons.focus();
  } catch (error) {
    said.textContent = error.message;
  }
}

function head({ userid, account, username, since }) {
  const made = element("div", "head");
  const note = element("span", "words");
  note.append(element("bdi", "", account), ` · ${_("here since %(day)s", { day: days.format(new Date(since)) })}`);
  made.append(avatar(userid, username), element("bdi", "name", username), note);
  return made;
}

// What one's files take of the room that there is for them.
function space() {
  const made = element("p", "words");
  usedByFiles().then(
    ({ used, most }) => (made.textContent = _("Your files: %(used)s of %(most)s", { used: sizeOf(used), most: sizeOf(most) })),
    () => made.remove(),
  );
  return made;
}

function form(own, content, said) {
  const made = element("form");
  const label = element("label", "", _("Name that others see"));
  const field = element("input");
  const row = element("div", "row");
  const save = element("button", "button ink", _("Save"));
  label.htmlFor = field.id = "own-name";
  Object.assign(field, { name: "username", value: own.username, maxLength: MOST, autocomplete: "nickname", required: true });
  field.dir = "auto";
  made.noValidate = true;
  row.append(field, save);
  made.append(label, row);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    save.disabled = true;
    const result = await rename(field.value).catch((error) => error);
    save.disabled = false;
    const failed = result instanceof Error;
    said.classList.toggle("error", failed);
    said.textContent = failed ? result.message : _("Saved. Others see it now.");
    field.ariaInvalid = String(failed);
    if (failed) return field.focus();
    field.value = result.username;
    content.querySelector(".head").replaceWith(head({ ...own, username: result.username }));
  });
  return made;
}
