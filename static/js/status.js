// The line about the connection: what it is doing, and what the person can do about it.

import { element } from "./dom.js";

const WORDS = {
  lost: "The connection is lost. What you write is kept and sent when it is back.",
  full: "The server is full or restarting. What you write is kept and sent when there is a place.",
  signed_out: "You are signed out.",
  account_closed: "Your password was changed, or your account was closed.",
  too_many: "This account has too many pages open. Close some of them, then load this one again.",
};
const SIGN_IN = new Set(["signed_out", "account_closed"]);
const PATIENCE = 1_000; // milliseconds: a connection that is there sooner is not worth a word

export class Status {
  #line;
  #signIn;
  #timer = 0;

  constructor(line, signIn) {
    this.#line = line;
    this.#signIn = signIn;
  }

  show({ name, until }) {
    clearInterval(this.#timer);
    const trouble = this.#line.hasAttribute("data-bad");
    this.#line.dataset.state = name;
    if (name === "connecting") {
      if (trouble) this.#say("Trying …");
      else this.#timer = setTimeout(() => this.#line.replaceChildren("Connecting …"), PATIENCE);
      return;
    }
    this.#line.toggleAttribute("data-bad", name !== "online");
    this.#line.replaceChildren(...(WORDS[name] ? [WORDS[name], " ", element("span", "next")] : []));
    if (SIGN_IN.has(name)) {
      const link = element("a", "", "Sign in");
      link.href = this.#signIn;
      this.#line.append(link);
    }
    if (until) this.#countDown(until);
  }

  #countDown(until) {
    const tick = () => this.#say(`Next try in ${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s.`);
    tick();
    this.#timer = setInterval(tick, 1000);
  }

  // Hidden from screen readers: they would say every second of it.
  #say(words) {
    const next = this.#line.querySelector(".next");
    if (!next) return;
    next.setAttribute("aria-hidden", "true");
    next.textContent = words;
  }
}
