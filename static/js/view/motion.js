// GIFs: the preview of one stands still. It plays once when it comes in sight, and then under the pointer, with the focus of
// the keyboard, and when its button is pressed.

import { nameOf } from "../lib/attached.js";
import { button, element } from "../lib/dom.js";
import { addressOf } from "../lib/file_words.js";
import { _ } from "../lib/i18n.js";

const MOST_ASKED = 10_000_000; // bytes of one that plays under a pointer that only passes
const MOST_UNASKED = 2_000_000; // and of one that plays because it is in sight

// What makes a GIF begin again is a block of 19 bytes: 21 FF 0B, "NETSCAPE2.0", 03 01, the number of times, 00
// (https://www.vurdalakov.net/misc/gif/netscape-looping-application-extension).
const REPEATS = [0x21, 0xff, 0x0b, ...new TextEncoder().encode("NETSCAPE2.0"), 0x03, 0x01];
const REPEATS_BYTES = 19;

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const onSight = new WeakMap(); // functions, by their places

const sight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      sight.unobserve(target);
      onSight.get(target)();
    }
  },
  { threshold: 0.6 },
);

export function addMotion(place, link, file) {
  let moving = null;
  const show = (address) => {
    moving = Object.assign(element("img", "loaded"), { alt: "", src: address, draggable: false });
    link.append(moving);
  };
  const play = (on) => {
    if (on === (toggle.ariaPressed === "true")) return;
    moving?.remove();
    if (on) show(addressOf(file));
    toggle.ariaPressed = String(on);
  };
  const mayPlay = (most) => !calm.matches && file.size <= most;
  const toggle = button("GIF", () => play(toggle.ariaPressed !== "true"), "gif");
  toggle.ariaLabel = _("Play %(name)s", { name: nameOf(file) });
  toggle.ariaPressed = "false";
  place.append(toggle);
  place.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && mayPlay(MOST_ASKED) && play(true));
  place.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && play(false));
  place.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && mayPlay(MOST_ASKED) && play(true));
  place.addEventListener("focusout", ({ relatedTarget }) => place.contains(relatedTarget) || play(false));
  if (!mayPlay(MOST_UNASKED)) return;
  onSight.set(place, async () => {
    const address = await playsOnce(file).catch(() => null);
    if (!address) return;
    if (!moving) {
      show(address);
      const once = moving;
      await once.decode().catch(() => once.remove());
    }
    URL.revokeObjectURL(address);
  });
  sight.observe(place);
}

// Returns an address of the same GIF that does not begin again.
async function playsOnce(file) {
  const answer = await fetch(addressOf(file));
  if (!answer.ok) return null;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const at = bytes.findIndex((_byte, start) => REPEATS.every((each, index) => bytes[start + index] === each));
  const parts = at < 0 ? [bytes] : [bytes.subarray(0, at), bytes.subarray(at + REPEATS_BYTES)];
  return URL.createObjectURL(new Blob(parts, { type: file.type }));
}
