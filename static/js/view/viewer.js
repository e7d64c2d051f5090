// The viewer: one picture before everything else, and the way to the others of the room.

import { Gallery } from "./gallery.js";
import { Zoom } from "./zoom.js";
import { show } from "../dialogs/dialog.js";
import { lineOf, nameOf } from "../lib/attached.js";
import { arrange, avatar, button, element, icon, iconButton } from "../lib/dom.js";
import { addressOf, leadTo } from "../lib/file_words.js";
import { dayOf, timeOf } from "../lib/format.js";
import { _ } from "../lib/i18n.js";
import { sizeOf } from "../lib/sizes.js";
import { loadStyles } from "../lib/styles.js";
import { history } from "../net/api.js";

await loadStyles(new URL("../../css/viewer.css", import.meta.url));

const CAPTION = 400; // characters
const SHOWN = { narrow: 5, wide: 7 }; // small pictures around the current one
const [NONE, SMALL, LARGE, ORIGINAL] = [0, 1, 2, 3];
const PAN = 80; // pixels a key
const MOST_MOVING = 10_000_000; // bytes of a GIF that plays by itself
const MOST_PIXELS = 24_000_000; // of an original on a phone, which takes four bytes of memory for each

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const coarse = matchMedia("(pointer: coarse)");
const narrow = matchMedia("(max-width: 720px)");

// context: {room, isBlocked(userid), onJump(seq)}
export function openViewer(message, file, context) {
  const gallery = new Gallery(context.room, message, file, context.isBlocked);
  if (gallery.shown) new Viewer(gallery, context); // else the message was deleted meanwhile
}

class Viewer {
  #gallery;
  #context;
  #dialog = element("dialog", "viewer");
  #stage = element("div", "stage");
  #picture = element("img");
  #words = element("p", "words"); // why there is no picture
  #said = element("p", "unseen"); // which picture came after a step
  #face = element("span");
  #name = element("bdi");
  #about = element("small");
  #percent = element("span", "percent");
  #smaller = iconButton("minus", _("Smaller"), () => this.#zoom.step(-1));
  #larger = iconButton("plus", _("Larger"), () => this.#zoom.step(1));
  #download = element("a", "icon-button");
  #earlier = iconButton("back", _("Earlier picture"), () => this.#step(-1));
  #later = iconButton("forward", _("Later picture"), () => this.#step(1));
  #caption = element("p", "caption");
  #strip = element("div", "strip");
  #count = element("span", "count");
  #zoom;
  #version = NONE; // of the picture that is shown
  #isWhole = false; // the original is there, or on its way
  #turn = 0; // counts pictures: what is loaded of an older one is ignored

  constructor(gallery, context) {
    this.#gallery = gallery;
    this.#context = context;
    this.#build();
    this.#zoom = new Zoom(this.#stage, this.#picture, {
      onChange: () => this.#zoomed(),
      onSwipe: (by) => this.#step(by),
      onBeside: () => this.#dialog.close(),
    });
    show(this.#dialog);
    this.#draw();
  }

  #build() {
    const [header, from, zoom, footer] = [element("header"), element("div", "from"), element("span", "zoom"), element("footer")];
    const jump = iconButton("bubble", _("Go to the message"), () => this.#jump());
    const close = iconButton("close", _("Close"), () => this.#dialog.close());
    jump.classList.add("rare");
    this.#earlier.classList.add("turn", "earlier");
    this.#later.classList.add("turn", "later");
    this.#download.append(icon("download"));
    this.#download.title = this.#download.ariaLabel = _("Download");
    this.#percent.role = this.#words.role = this.#said.role = "status";
    from.append(this.#face, this.#name, this.#about);
    zoom.append(this.#smaller, this.#percent, this.#larger);
    header.append(from, zoom, jump, this.#download, close);
    Object.assign(this.#stage, { tabIndex: -1, autofocus: true });
    this.#picture.draggable = false;
    this.#stage.append(this.#picture, this.#words, this.#earlier, this.#later);
    this.#caption.dir = "auto";
    footer.append(this.#said, this.#caption, this.#strip, this.#count);
    this.#dialog.append(header, this.#stage, footer);
    this.#dialog.addEventListener("keydown", (event) => this.#press(event));
  }

  #jump() {
    const { seq } = this.#gallery.shown.message;
    this.#dialog.close();
    this.#context.onJump(seq);
  }

  async #step(by) {
    const goOn = () => {
      this.#words.textContent = _("Looking further …");
      return this.#dialog.open;
    };
    try {
      await this.#gallery.step(by, goOn);
    } catch ({ message }) {
      return void (this.#words.textContent = message);
    }
    if (!this.#dialog.open) return;
    const { file, message } = this.#gallery.shown;
    this.#draw();
    this.#said.textContent = `${nameOf(file)}, ${message.user}`;
  }

  // --- Keys ---------------------------------------------------------------------------------------

  #press(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return; // Ctrl + is the browser's
    const [x, y] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [0, 0];
    if (key === "+" || key === "=") this.#zoom.step(1);
    else if (key === "-" || key === "_") this.#zoom.step(-1);
    else if (key === "0") this.#zoom.to(1);
    else if ((x || y) && this.#zoom.factor > 1) this.#zoom.moveBy(x * PAN, y * PAN);
    else if (x) this.#step(-x);
    else return;
    event.preventDefault();
  }

  // --- What is shown ------------------------------------------------------------------------------

  #draw() {
    const { file, message } = this.#gallery.shown;
    const at = new Date(message.time);
    const size = file.width ? [`${file.width} × ${file.height}`] : [];
    this.#turn++;
    this.#isWhole = false;
    this.#dialog.ariaLabel = nameOf(file);
    this.#face.replaceChildren(avatar(message.userid, message.user));
    this.#name.textContent = message.user;
    this.#about.textContent = [`${dayOf(at)} ${timeOf(at)}`, nameOf(file), ...size, sizeOf(file.size)].join(" · ");
    leadTo(this.#download, file, true);
    this.#drawTurns();
    this.#drawCaption(message);
    this.#drawStrip();
    this.#words.textContent = "";
    this.#picture.alt = nameOf(file);
    this.#zoom.fit({ width: file.width || 1_600, height: file.height || 1_200 });
    this.#load(file);
  }

  // A button that goes away gives its focus to the stage.
  #drawTurns() {
    for (const [turn, by] of [[this.#earlier, -1], [this.#later, 1]]) {
      const isOver = !this.#gallery.mayStep(by);
      if (isOver && turn === document.activeElement) this.#stage.focus();
      turn.hidden = isOver;
    }
  }

  // Of a picture that came by a list, the message is requested.
  async #drawCaption(message) {
    const mine = this.#turn;
    this.#caption.textContent = message.msg ? lineOf(message, CAPTION) : "";
    if (message.msg !== undefined) return;
    const { events } = await history(this.#context.room.room, { before: message.seq + 1, limit: 1 }).catch(() => ({ events: [] }));
    const found = events[0]?.data;
    if (found?.seq !== message.seq) return;
    message.msg = found.msg;
    if (mine === this.#turn && found.msg) this.#caption.textContent = lineOf(found, CAPTION);
  }

  #drawStrip() {
    const { pictures, at, isWhole } = this.#gallery;
    const most = narrow.matches ? SHOWN.narrow : SHOWN.wide;
    const from = Math.max(0, Math.min(at - (most >> 1), pictures.length - most));
    const shown = pictures.slice(from, from + most);
    const entries = shown.map(({ file, message }, place) => {
      const index = from + place;
      return [`${message.seq} ${file.id} ${index}`, { look: String(index === at), make: () => this.#thumb(file, index) }];
    });
    arrange(this.#strip, new Map(pictures.length > 1 ? entries : []));
    this.#count.textContent = isWhole && pictures.length > 1 ? _("%(number)s of %(count)s", { number: at + 1, count: pictures.length }) : "";
  }

  #thumb(file, index) {
    const made = button("", () => this.#step(index - this.#gallery.at), "");
    made.append(Object.assign(element("img"), { src: file.preview, alt: "", draggable: false }));
    made.ariaLabel = nameOf(file);
    if (index === this.#gallery.at) made.ariaCurrent = "true";
    return made;
  }

  // The small preview is there mostly; then comes the large one, and the original if the person zooms.
  #load(file) {
    const isMoving = file.type === "image/gif" && !calm.matches && file.size <= MOST_MOVING;
    this.#version = NONE;
    this.#picture.removeAttribute("src");
    this.#replace(SMALL, file.preview, () => {});
    if (isMoving) this.#loadOriginal();
    else this.#replace(LARGE, `${file.preview}?size=large`, () => (isHuge(file) ? this.#fail() : this.#loadOriginal()));
  }

  #loadOriginal() {
    if (this.#isWhole) return;
    this.#isWhole = true;
    this.#replace(ORIGINAL, addressOf(this.#gallery.shown.file), () => this.#fail());
  }

  #fail() {
    if (this.#version === NONE) this.#words.textContent = _("This picture cannot be shown.");
  }

  // Shows a better version of the same picture, once it is loaded.
  async #replace(version, address, otherwise) {
    const mine = this.#turn;
    const next = Object.assign(new Image(), { src: address });
    const isLoaded = await next.decode().then(() => true, () => false);
    if (mine !== this.#turn || version <= this.#version) return;
    if (!isLoaded) return void otherwise();
    this.#version = version;
    this.#picture.src = address;
  }

  #zoomed() {
    const { factor } = this.#zoom;
    this.#percent.textContent = `${Math.round(factor * 100)} %`;
    this.#stage.classList.toggle("zoomed", factor > 1);
    if (factor > 1 && !isHuge(this.#gallery.shown.file)) this.#loadOriginal();
  }
}

const isHuge = ({ width, height }) => coarse.matches && width * height > MOST_PIXELS;
