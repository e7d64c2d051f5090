// Makes elements, and lists of them that change without losing focus, selection or place.

export function element(name, className = "", text = undefined) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(text, onClick) {
  const made = element("button", "link", text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

// Make the children of `parent` those of `entries` (a Map of key to value), in this order. What is there already
// stays the same element: a screen reader does not say it again, and who has focused it keeps the focus.
export function arrange(parent, entries, make, update = () => {}) {
  const known = new Map();
  for (const child of [...parent.children]) {
    if (entries.has(child.dataset.key)) known.set(child.dataset.key, child);
    else child.remove();
  }
  let next = parent.firstElementChild;
  for (const [key, value] of entries) {
    const child = known.get(key) ?? make(value);
    child.dataset.key = key;
    update(child, value);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}
