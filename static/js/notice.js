// The line that says what went wrong, until it is dismissed or something else is done.

export class Notice {
  #box;
  #text;

  constructor(box) {
    this.#box = box;
    this.#text = box.querySelector("p");
    box.querySelector("button").addEventListener("click", () => this.clear());
  }

  show(text) {
    this.#text.textContent = text;
    this.#box.toggleAttribute("data-shown", true);
  }

  clear() {
    this.#text.textContent = "";
    this.#box.toggleAttribute("data-shown", false);
  }
}
