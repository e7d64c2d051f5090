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

// Makes an icon of template/icons.html or icons.js.
export function icon(name, className = "icon") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS(made.namespaceURI, "use");
  use.setAttribute("href", `#icon-${name}`);
  made.setAttribute("class", className);
  made.setAttribute("aria-hidden", "true");
  made.append(use);
  return made;
}

// Makes a button that is an icon; `words` name it.
export function iconButton(name, words, onClick) {
  const made = button("", onClick, "icon-button");
  made.append(icon(name));
  made.title = words;
  made.setAttribute("aria-label", words);
  return made;
}

// Changes the text of a button, which may be pressed meanwhile: Chromium drops the click on the ::after of an element that
// has lost its children since.
export function setText(node, text) {
  if (node.textContent === text) return;
  if (node.firstChild) node.firstChild.data = text;
  else node.textContent = text;
}

const looks = new WeakMap(); // elements that arrange() placed, to their looks

// Makes the children of `parent` those of `entries`: a Map of key to {look, make()}. A child whose look has not changed
// stays the same element: a screen reader does not read it again, and the focus stays in it.
export function arrange(parent, entries) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const inFocus = focused && [...parent.children].find((child) => child.contains(focused))?.dataset.key;
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
      if (old === next) next = child;
      old.replaceWith(child);
    }
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
    if (key === inFocus && !child.contains(document.activeElement)) {
      const target = child.contains(focused) ? focused : (child.querySelector("button") ?? child);
      target.focus({ preventScroll: true });
    }
  }
}

// Makes a person's avatar: the first letter of their name, on a colour of their own.
export function avatar(userid, name) {
  return sign("avatar", userid, name);
}

// Makes the avatar of a group room, whose colour comes from its name; that of a chat of several has a sign.
export function roomAvatar(room, title) {
  let hash = 0;
  for (const char of room) hash = (hash * 31 + char.codePointAt(0)) % 9_973;
  const made = sign("avatar room", hash, title, room);
  if (room[0] !== "@") return made;
  made.dataset.letter = "";
  made.append(icon("people"));
  return made;
}

function sign(className, number, name, whose = number) {
  const first = [...name].find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "?";
  const made = element("span", className);
  made.dataset.whose = whose; // view/pictures.js puts the picture in
  made.dataset.letter = first.toLocaleUpperCase(); // the styles show it: it is no part of the text around it
  made.setAttribute("aria-hidden", "true");
  made.translate = false;
  return tinted(made, number);
}

// Gives an element the hue of a person's id.
export function tinted(made, number) {
  made.style.setProperty("--hue", Math.round((number * 137.508) % 360)); // the golden angle: neighbours differ
  return made;
}
