// The dialog in which a person chooses the square of a picture that others see: they drag the picture, and zoom it by the slider,
// keys, the wheel or two fingers.

import { open } from "./dialog.js";
import { form } from "./form.js";
import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/crop.css", import.meta.url));

const SIDE = 512; // pixels of the picture that is made
const QUALITY = 0.9; // of its JPEG
const MOST = 8; // times the zoom at which the shorter side fits
const STEP = 1.1; // of a key
const MOVE = 0.05; // of the square, by a key
const NOTCH = 400; // pixels of the wheel that zoom by e
const LINE = 30; // pixels of the wheel, if it counts lines

const KEYS = {
  ArrowLeft: (square) => square.move(-MOVE, 0),
  ArrowRight: (square) => square.move(MOVE, 0),
  ArrowUp: (square) => square.move(0, -MOVE),
  ArrowDown: (square) => square.move(0, MOVE),
  "+": (square) => square.to(square.zoom * STEP),
  "=": (square) => square.to(square.zoom * STEP),
  "-": (square) => square.to(square.zoom / STEP),
};

// Opens it for a file; throws words if that is no picture. on: {isRound: it is shown in a circle, save(blob, signal): throws words,
// onEnd(): the dialog was closed, and there is no other one in its place}
export async function openCrop(file, { isRound, save, onEnd }) {
  const image = await load(file);
  const stage = element("div", isRound ? "stage round" : "stage");
  const slider = Object.assign(element("input"), { type: "range", min: 1, max: MOST, step: 0.1, value: 1 });
  const square = new Square(image, () => (slider.value = square.zoom));
  const said = Object.assign(element("p", "words"), { role: "status" });
  const control = new AbortController();
  const label = element("label", "", _("Zoom"));
  const content = element("div");
  label.append(slider);
  slider.addEventListener("input", () => square.to(slider.value));
  stage.append(image);
  use(stage, square);

  async function work() {
    said.textContent = _("Saving …");
    try {
      await save(await square.cut(), control.signal);
    } finally {
      said.textContent = "";
    }
  }
  const end = () => dialog.close();
  content.append(form([stage, label, said], _("Save"), { work, done: end, cancel: end }));
  const dialog = open(_("Choose what others see"), content, { className: "crop" });
  dialog.addEventListener("close", () => {
    control.abort();
    URL.revokeObjectURL(image.src);
    if (!document.querySelector("body > dialog")) onEnd();
  });
}

async function load(file) {
  const image = Object.assign(element("img"), { alt: "", draggable: false, src: URL.createObjectURL(file) });
  try {
    await image.decode();
    if (image.naturalWidth && image.naturalHeight) return image;
  } catch {
    // The browser does not know it.
  }
  URL.revokeObjectURL(image.src);
  throw new Error(_("This file is no picture that can be shown."));
}

// The square of a picture: where its centre is, and how large it is, in pixels of the picture.
class Square {
  zoom = 1; // 1: as large as the shorter side
  #image;
  #onChange;
  #x;
  #y;

  constructor(image, onChange) {
    this.#image = image;
    this.#onChange = onChange;
    this.#x = image.naturalWidth / 2;
    this.#y = image.naturalHeight / 2;
    this.move(0, 0);
  }

  get #side() {
    return Math.min(this.#image.naturalWidth, this.#image.naturalHeight) / this.zoom;
  }

  to(zoom) {
    this.zoom = Math.min(Math.max(1, zoom), MOST);
    this.move(0, 0);
    this.#onChange();
  }

  // Moves the picture under the square by parts of the square's side.
  move(across, down) {
    const { naturalWidth: width, naturalHeight: height, style } = this.#image;
    const side = this.#side;
    this.#x = between(side / 2, this.#x - across * side, width - side / 2);
    this.#y = between(side / 2, this.#y - down * side, height - side / 2);
    style.width = `${(100 * width) / side}%`;
    style.height = `${(100 * height) / side}%`;
    style.transform = `translate(${(-100 * this.#x) / width}%, ${(-100 * this.#y) / height}%)`;
  }

  // Returns it as a JPEG. What is transparent becomes white.
  cut() {
    const canvas = Object.assign(element("canvas"), { width: SIDE, height: SIDE });
    const context = canvas.getContext("2d");
    const side = this.#side;
    context.fillStyle = "white";
    context.fillRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#image, this.#x - side / 2, this.#y - side / 2, side, side, 0, 0, SIDE, SIDE);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  }
}

const between = (least, value, most) => Math.min(Math.max(least, value), most);

// Makes the stage follow keys, the wheel and up to two fingers.
function use(stage, square) {
  stage.tabIndex = 0;
  stage.autofocus = true;
  stage.role = "application"; // the arrow keys are its own
  stage.ariaLabel = _("The part that others see. The arrow keys move the picture, + and − zoom it.");
  stage.addEventListener("keydown", (event) => {
    const work = !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key];
    if (!work) return;
    event.preventDefault();
    work(square);
  });
  const turn = (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    square.to(square.zoom * Math.exp((-event.deltaY * lines) / NOTCH));
  };
  stage.addEventListener("wheel", turn, { passive: false });
  usePointers(stage, square);
}

function usePointers(stage, square) {
  const pointers = new Map(); // ids to their last places
  stage.addEventListener("pointerdown", (event) => {
    if (event.button || pointers.size === 2) return;
    pointers.set(event.pointerId, placeOf(event));
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const place = placeOf(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    const [was, is] = [before, place].map(({ x, y }) => (other ? Math.hypot(x - other.x, y - other.y) : 1));
    const side = stage.clientWidth * pointers.size; // two fingers move it by their mean
    pointers.set(event.pointerId, place);
    square.move((place.x - before.x) / side, (place.y - before.y) / side);
    if (was && is !== was) square.to((square.zoom * is) / was);
  });
  for (const type of ["pointerup", "pointercancel"]) stage.addEventListener(type, ({ pointerId }) => pointers.delete(pointerId));
}

const placeOf = ({ clientX: x, clientY: y }) => ({ x, y });
