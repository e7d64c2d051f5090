// Zooms and moves a picture on its stage: by wheel, by a double click or tap, by fingers; and notices a swipe.

const MOST = 8; // times the size at which all of it is seen, or
const NATURAL = 2; // times its own size
const STEP = 1.5;
const DOUBLE = 2.5; // of a double click
const AGAIN = 300; // milliseconds between the two
const STILL = 10; // pixels that a pointer may move in a click
const SWIPE = 60; // pixels

export class Zoom {
  factor = 1; // 1: all of the picture is seen
  #stage;
  #picture;
  #on; // {onChange(), onSwipe(by), onBeside(): a click beside the picture}
  #size = { width: 1, height: 1 };
  #base = { width: 1, height: 1 }; // the size at which all of it is seen
  #x = 0; // its centre from the stage's, in pixels
  #y = 0;
  #pointers = new Map(); // ids to their last places
  #from = null; // where the first pointer began: {x, y, isMoved, isBeside}
  #tapped = { at: 0 };
  #isBeside = false; // the last tap was beside the picture

  constructor(stage, picture, on) {
    this.#stage = stage;
    this.#picture = picture;
    this.#on = on;
    stage.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) stage.addEventListener(type, (event) => this.#up(event));
    stage.addEventListener("click", () => this.#click()); // on pointerup, the click would come to what lies below
    new ResizeObserver(() => this.#measure()).observe(stage);
  }

  // Shows all of a picture of this size, in pixels.
  fit(size) {
    this.#size = size;
    this.#measure();
    this.to(1);
  }

  #measure() {
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.#size;
    const scale = Math.min(1, clientWidth / width, clientHeight / height);
    this.#base = { width: width * scale, height: height * scale };
    this.#picture.style.width = `${this.#base.width}px`;
    this.#picture.style.height = `${this.#base.height}px`;
    this.#draw();
  }

  step(by) {
    this.to(this.factor * STEP ** by);
  }

  // Zooms to a factor; what is at this place, from the centre of the stage, stays there.
  to(factor, x = 0, y = 0) {
    const most = Math.max(MOST, (NATURAL * this.#size.width) / this.#base.width);
    const next = Math.min(Math.max(1, factor), most);
    this.#x = x - ((x - this.#x) * next) / this.factor;
    this.#y = y - ((y - this.#y) * next) / this.factor;
    this.factor = next;
    this.#draw();
    this.#on.onChange();
  }

  moveBy(x, y) {
    this.#x += x;
    this.#y += y;
    this.#draw();
  }

  // `swipe`: pixels by which it is drawn aside.
  #draw(swipe = 0) {
    const { clientWidth, clientHeight } = this.#stage;
    const [right, low] = [this.#base.width * this.factor - clientWidth, this.#base.height * this.factor - clientHeight].map((over) => Math.max(0, over / 2));
    this.#x = Math.min(Math.max(-right, this.#x), right);
    this.#y = Math.min(Math.max(-low, this.#y), low);
    this.#picture.style.transform = `translate(-50%, -50%) translate(${this.#x + swipe}px, ${this.#y}px) scale(${this.factor})`;
  }

  #placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }

  #turn(event) {
    event.preventDefault(); // with Ctrl, or by a trackpad, it would zoom the page
    const { x, y } = this.#placeOf(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    this.to(this.factor * Math.exp((-event.deltaY * lines) / 400), x, y);
  }

  #down(event) {
    this.#isBeside = false;
    if (event.button || event.target.closest("button")) return;
    const place = this.#placeOf(event);
    if (!this.#pointers.size) this.#from = { ...place, isMoved: false, isBeside: event.target !== this.#picture };
    else this.#from.isMoved = true;
    this.#pointers.set(event.pointerId, place);
    this.#stage.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const place = this.#placeOf(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, place);
    if (Math.hypot(place.x - this.#from.x, place.y - this.#from.y) > STILL) this.#from.isMoved = true;
    if (other) this.#pinch(before, place, other);
    else if (this.factor > 1) this.moveBy(place.x - before.x, place.y - before.y);
    else if (event.pointerType !== "mouse" && this.#from.isMoved) this.#draw(place.x - this.#from.x);
  }

  #pinch(before, place, other) {
    const [was, is] = [before, place].map(({ x, y }) => Math.hypot(x - other.x, y - other.y));
    this.moveBy((place.x - before.x) / 2, (place.y - before.y) / 2);
    if (was) this.to((this.factor * is) / was, (place.x + other.x) / 2, (place.y + other.y) / 2);
  }

  #up(event) {
    const place = this.#pointers.get(event.pointerId);
    if (!this.#pointers.delete(event.pointerId) || this.#pointers.size) {
      if (place) this.#from = { ...[...this.#pointers.values()][0], isMoved: true, isPinched: true };
      return;
    }
    const { x, y, isMoved, isPinched, isBeside } = this.#from;
    if (event.type === "pointercancel") this.#draw();
    else if (!isMoved) this.#tap(place, isBeside, event.timeStamp);
    else if (this.factor === 1 && !isPinched && event.pointerType !== "mouse") this.#swiped(place.x - x, place.y - y);
  }

  #swiped(across, down) {
    this.#draw();
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) this.#on.onSwipe(across < 0 ? 1 : -1);
  }

  #tap({ x, y }, isBeside, at) {
    const isDouble = at - this.#tapped.at < AGAIN && Math.hypot(x - this.#tapped.x, y - this.#tapped.y) < 3 * STILL;
    this.#tapped = isDouble ? { at: 0 } : { at, x, y };
    this.#isBeside = isBeside && !isDouble && this.factor === 1;
    if (isDouble) this.to(this.factor > 1 ? 1 : DOUBLE, x, y);
  }

  #click() {
    const isBeside = this.#isBeside;
    this.#isBeside = false;
    if (isBeside) this.#on.onBeside();
  }
}
