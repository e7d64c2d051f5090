// Says what the connection is doing, and what the person can do about it.

import { element } from "./messages.js";

const WORDS = {
  connecting: "Connecting …",
  lost: "The connection is lost. What you write is kept and sent when it is back.",
  full: "The server is full. Trying again.",
  signed_out: "You are signed out.",
  account_closed: "Your password was changed, or your account was closed. Sign in again.",
  too_many: "This account has too many pages open. Close some of them, then load this one again.",
};
const SIGN_IN = new Set(["signed_out", "account_closed"]);

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
    this.#line.hidden = name === "online";
    this.#line.dataset.state = name;
    this.#line.toggleAttribute("data-bad", name !== "connecting" && name !== "online");
    this.#line.replaceChildren(WORDS[name] ?? "");
    if (SIGN_IN.has(name)) {
      const link = element("a", "", "Sign in");
      link.href = this.#signIn;
      this.#line.append(" ", link);
    }
    if (until) this.#countDown(until);
  }

  // Something that went wrong, for a while.
  warn(text) {
    this.#line.hidden = false;
    this.#line.setAttribute("data-bad", "");
    this.#line.textContent = text;
  }

  #countDown(until) {
    const rest = element("span");
    rest.setAttribute("aria-hidden", "true");
    this.#line.append(" ", rest);
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      rest.textContent = `Next try in ${seconds} s.`;
    };
    tick();
    this.#timer = setInterval(tick, 1000);
  }
}
