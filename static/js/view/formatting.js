// Formats the words that are selected in the field: marks of Markdown by keys, and links by an address that is pasted over them.

const MARKS = { b: "**", i: "*", e: "`", "shift x": "~~" }; // with Ctrl or ⌘
const ADDRESS = /^https?:\/\/\S+$/;
const MOST = 200; // characters of words that can be a link: see lib/inline.js
const MAC = /Mac|iP/.test(navigator.platform); // where Ctrl+E and the like move the caret

// replace(start, end, text) puts a text into the field, as if it were typed.
export function format(field, replace) {
  field.addEventListener("keydown", (event) => {
    const { ctrlKey, metaKey, altKey, shiftKey, key, isComposing } = event;
    const mark = (MAC ? metaKey : ctrlKey) && !altKey && !isComposing && MARKS[`${shiftKey ? "shift " : ""}${key.toLowerCase()}`];
    if (!mark || field.readOnly) return;
    event.preventDefault();
    event.stopPropagation();
    wrap(field, replace, mark);
  });
  field.addEventListener("paste", (event) => {
    const address = event.clipboardData.getData("text/plain").trim();
    const { start, end, inner } = selected(field);
    if (!inner || inner.length > MOST || !ADDRESS.test(address) || /[\n[\]]/.test(inner) || ADDRESS.test(inner)) return;
    event.preventDefault();
    const escaped = address.replace(/[()<>"`]/g, (char) => `%${char.charCodeAt().toString(16).toUpperCase()}`);
    replace(start, end, `[${inner}](${escaped})`);
  });
}

// Puts a mark around the selected words, or takes it away.
function wrap(field, replace, mark) {
  const { value } = field;
  const { start, end, inner } = selected(field);
  const { length } = mark;
  const before = value.slice(0, start);
  const stars = before.match(/\**$/)[0].length; // of two, none is the mark of italic words
  const isMarked = before.endsWith(mark) && value.startsWith(mark, end) && (mark !== "*" || stars % 2 === 1);
  if (isMarked) replace(start - length, end + length, inner);
  else replace(start, end, mark + inner + mark);
  const at = isMarked ? start - length : start + length;
  field.setSelectionRange(at, at + inner.length);
}

// The selected words without the spaces beside them: within a mark, it would not count.
function selected({ value, selectionStart, selectionEnd }) {
  const words = value.slice(selectionStart, selectionEnd);
  const inner = words.trim();
  const start = selectionStart + words.indexOf(inner);
  return { start, end: start + inner.length, inner };
}
