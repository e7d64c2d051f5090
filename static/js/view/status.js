// Shows the state of the connection, the time until the next try, and a link if the person has to act.

import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";

const kept = _("What you write is kept and sent when it is back.");
const WORDS = {
  lost: `${_("The connection is lost.")} ${kept}`,
  offline: `${_("This device has no network.")} ${kept}`,
  restarting: `${_("The server is restarting.")} ${kept}`,
  refused: _("What you write is kept and sent when the server takes it."),
  signed_out: _("You are signed out."),
  account_closed: _("Your password was changed, or your account was closed."),
};
const SIGN_IN = new Set(["signed_out", "account_closed"]);
const CONNECTING_DELAY = 1_000; // milliseconds before "Connecting" is shown

export class Status {
  #line;
  #signIn;
  #timer = 0;

  constructor(line, signIn) {
    this.#line = line;
    this.#signIn = signIn;
  }

  show({ name, until, detail }) {
    clearInterval(this.#timer);
    const wasBad = this.#line.hasAttribute("data-bad");
    this.#line.dataset.state = name;
    if (name === "connecting") {
      if (wasBad) this.#say(_("Trying …"));
      else this.#timer = setTimeout(() => this.#line.replaceChildren(_("Connecting …")), CONNECTING_DELAY);
      return;
    }
    this.#line.toggleAttribute("data-bad", name !== "online");
    const words = [detail, WORDS[name] ?? this.#line.dataset[name]].filter(Boolean).join(" ");
    this.#line.replaceChildren(...(words ? [words, " ", element("span", "next")] : []));
    if (SIGN_IN.has(name)) this.#offer(_("Sign in"), this.#signIn);
    if (name === "too_many") this.#offer(_("Load again"), location.href);
    if (until) this.#countDown(until);
  }

  #offer(words, address) {
    const link = element("a", "", words);
    link.href = address;
    this.#line.append(link);
  }

  #countDown(until) {
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      this.#say(_("Next try in %(seconds)s s.", { seconds }));
    };
    tick();
    this.#timer = setInterval(tick, 1000);
  }

  // Shows words that screen readers skip: they would read out every second of the countdown.
  #say(words) {
    const next = this.#line.querySelector(".next");
    if (!next) return;
    next.setAttribute("aria-hidden", "true");
    next.textContent = words;
  }
}
