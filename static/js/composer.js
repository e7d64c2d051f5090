// The field in which one writes: a draft for each room; Enter sends, Shift+Enter breaks the line.

export class Composer {
  #field;
  #room = null;
  #drafts = new Map();

  // onSend(text) takes a message; onRefuse(words) says why it stays in the field.
  constructor(form, maxChars, onSend, onRefuse) {
    this.#field = form.elements.txt;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#field.value;
      const chars = [...text].length; // as the server counts: an emoji is one
      if (!text.trim()) return;
      if (chars > maxChars) return onRefuse(`A message has at most ${maxChars} characters; this has ${chars}.`);
      this.#field.value = "";
      this.#field.focus();
      onSend(text);
    });
    this.#field.addEventListener("keydown", (event) => {
      // keyCode 229: the Enter that ends a word in an input method, of which Safari does not say isComposing.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
  }

  switchTo(room) {
    if (this.#room !== null) this.#drafts.set(this.#room, this.#field.value);
    this.#room = room;
    this.#field.value = this.#drafts.get(room) ?? "";
  }

  focus() {
    this.#field.focus();
  }
}
