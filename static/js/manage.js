// The pages for admins: faces in their colours, times of one's own zone, and what is copied. The pages work without it.

import { copy } from "./lib/copy.js";
import { avatar } from "./lib/dom.js";
import { locale } from "./lib/i18n.js";

const formats = {
  date: new Intl.DateTimeFormat(locale, { dateStyle: "medium" }),
  time: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
};

for (const face of document.querySelectorAll(".avatar[data-userid]")) {
  const { userid, name } = face.dataset;
  face.replaceWith(avatar(Number(userid), name));
}

import("./view/pictures.js").then(({ follow }) => follow(), () => {});

const chooser = document.querySelector("form.picture");
if (chooser) import("./dialogs/picture.js").then(({ pictureButtons }) => showChooser(pictureButtons), () => {});

// Scripts cut the square of a picture: without them none can be chosen.
function showChooser(pictureButtons) {
  const set = (file) => {
    chooser.elements[chooser.dataset.field].value = file;
    chooser.submit();
  };
  chooser.append(pictureButtons({ has: "has" in chooser.dataset, set }).node);
  chooser.hidden = false;
}

for (const time of document.querySelectorAll("time[data-time]")) {
  time.textContent = formats[time.dataset.time].format(new Date(time.dateTime));
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button.dataset.copy, button));
}
