// Notices a finger that rests on something for a while.

const LONG = 450; // milliseconds
const CLICK = 400; // milliseconds after which no click comes of it
const LINK = "a:not(.files a)"; // a file leads to its message's sheet, too: often the message has nothing else
const OWN = `${LINK}, button, audio, video`; // they have a use of their own
const MOVED = 10; // pixels, after which it is no rest

// Calls `work(target)` unless the target is one of OWN.
export function onLongPress(box, work) {
  let timer = 0;
  let from = null;
  const stop = () => clearTimeout(timer);
  box.addEventListener("pointerdown", ({ pointerType, isPrimary, x, y, target }) => {
    stop();
    if (pointerType !== "touch" || !isPrimary || target.closest(OWN)) return;
    from = { x, y };
    timer = setTimeout(() => {
      dropClick();
      work(target);
    }, LONG);
  });
  box.addEventListener("pointermove", ({ x, y }) => from && Math.hypot(x - from.x, y - from.y) > MOVED && stop());
  for (const type of ["pointerup", "pointercancel", "scroll"]) box.addEventListener(type, stop, { passive: true });
  box.addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch" && !event.target.closest(LINK)) event.preventDefault();
  });
}

// What appears under the finger is not clicked when the finger leaves it.
function dropClick() {
  const drop = (event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  document.addEventListener("click", drop, { capture: true, once: true });
  const keep = () => document.removeEventListener("click", drop, { capture: true });
  document.addEventListener("pointerup", () => setTimeout(keep, CLICK), { capture: true, once: true });
}
