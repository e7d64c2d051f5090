// Makes elements, and lists of them that change without losing focus, selection or place.

export const $ = (id) => document.getElementById(id);

export function element(name, className = "", text = undefined) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(text, onClick, className = "link") {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

const looks = new WeakMap(); // elements that arrange() placed, to their looks

// Makes the children of `parent` those of `entries`: a Map of key to {look, make()}. A child whose look has not changed
// stays the same element: a screen reader does not read it again, and the focus stays in it.
export function arrange(parent, entries) {
  const known = new Map();
  for (const child of [...parent.children]) {
    if (entries.has(child.dataset.key)) known.set(child.dataset.key, child);
    else child.remove();
  }
  let next = parent.firstElementChild;
  for (const [key, { look, make }] of entries) {
    const old = known.get(key);
    const child = old && looks.get(old) === look ? old : make();
    child.dataset.key = key;
    looks.set(child, look);
    if (old && child !== old) {
      const focused = old.contains(document.activeElement);
      if (old === next) next = child;
      old.replaceWith(child);
      if (focused) (child.querySelector("button") ?? child).focus({ preventScroll: true });
    }
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

// Makes a person's avatar: their initials on a colour of their own.
export function avatar(userid, name) {
  const made = element("span", "avatar", initials(name));
  made.setAttribute("aria-hidden", "true");
  made.translate = false;
  made.style.setProperty("--hue", Math.round((userid * 137.508) % 360));
  return made;
}

function initials(name) {
  const words = name.split(/[\s._-]+/u).filter(Boolean);
  const first = (word) => [...(word ?? "")].find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "";
  const both = first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "");
  return /^[\p{Script=Han}\p{Script=Hangul}]/u.test(both) ? [...both][0] : both.toLocaleUpperCase() || "?";
}
