// The dialog that signs the person in on a further device: shows a code, then what wants in, and lets it in or not.

import { open } from "./dialog.js";
import { copy } from "../lib/copy.js";
import { button, element, iconButton } from "../lib/dom.js";
import { timeOf } from "../lib/format.js";
import { _ } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import { answer, makeCode, stateOf } from "../net/account.js";
import "../lib/icons.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/account.css", import.meta.url));

const EVERY = 2_000; // milliseconds
const LOOPBACK = /^(localhost|127\..*|\[::1\])$/;

export function openHandover() {
  const content = element("div");
  const body = element("div");
  const said = element("p");
  const actions = element("div", "actions");
  said.role = "status";
  content.append(said, body, actions);
  const dialog = open(_("Sign in on a phone"), content, { className: "handover" });
  let id = null;
  let shown = null; // the state that is shown
  dialog.addEventListener("close", () => id && shown !== "used" && answer(id, false).catch(() => null));
  begin();

  async function begin() {
    const made = await makeCode().catch((error) => error);
    if (made instanceof Error) return show("failed", made.message, [again()]);
    id = made.id;
    const until = timeOf(new Date(made.expires));
    show("waiting", _("Scan this with the camera of the phone. It works once, until %(time)s.", { time: until }), [], code(made));
    poll(id);
  }

  async function poll(mine) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    if (!dialog.open || mine !== id) return;
    const found = await stateOf(mine).catch(() => null); // the server is away: the next one may come
    if (mine !== id || !dialog.open) return;
    if (found && found.state !== shown) draw(found);
    if (!["used", "refused", "over"].includes(shown)) poll(mine);
  }

  function draw(found) {
    const { state, device, address } = found;
    if (state === "asked") {
      const no = button(_("No"), () => decide(found, false), "button");
      const yes = button(_("Let it in"), () => decide(found, true), "button ink");
      show(state, _("%(device)s wants in, from %(address)s. Is it yours?", { device, address }), [no, yes]);
    } else if (state === "allowed") {
      show(state, _("%(device)s may go on now.", { device }), []);
    } else if (state === "used") {
      show(state, _("%(device)s is signed in.", { device }), [button(_("Close"), () => dialog.close(), "button ink")]);
    } else {
      const words = state === "refused" ? _("Nobody was let in.") : _("The code is not valid any more.");
      show(state, words, [again()]);
    }
  }

  async function decide(found, yes) {
    const result = await answer(id, yes).catch((error) => error);
    if (result instanceof Error) show("failed", result.message, [again()]);
    else draw({ ...found, state: yes ? "allowed" : "refused" });
  }

  function again() {
    return button(_("New code"), () => {
      id = null;
      begin();
    }, "button");
  }

  function show(state, words, buttons, ...picture) {
    const lost = content.contains(document.activeElement);
    shown = state;
    said.textContent = words;
    body.replaceChildren(...picture);
    actions.replaceChildren(...buttons);
    if (lost) (buttons[0] ?? dialog.querySelector("h2")).focus();
  }
}

function code({ url, qr }) {
  const made = element("div", "code");
  const picture = element("img");
  const copied = iconButton("copy", _("Copy the link"), () => copy(url, copied));
  Object.assign(picture, { src: qr, alt: _("QR code") });
  made.append(picture, copied);
  if (LOOPBACK.test(location.hostname)) {
    made.append(element("p", "words", _("This address is of this computer alone: a phone needs the chat’s address in the network.")));
  }
  return made;
}
