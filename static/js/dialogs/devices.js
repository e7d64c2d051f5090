// The part of the settings with the devices on which the person is signed in, each with its end.

import { button, element } from "../lib/dom.js";
import { _, locale, ngettext } from "../lib/i18n.js";
import { loadStyles } from "../lib/styles.js";
import { end, sessions } from "../net/account.js";
import "../lib/words.js";

await loadStyles(new URL("../../css/account.css", import.meta.url));

const times = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const format = (time) => times.format(new Date(time));

// Returns elements that fill themselves.
export function devices() {
  const list = element("ul", "devices");
  const said = element("p", "words");
  const row = element("div", "row");
  const phone = button(_("Sign in on a phone"), openHandover, "button");
  const others = button(_("End all others"), () => endOf("others"), "button");
  said.role = "status";
  said.tabIndex = -1;
  others.hidden = true;
  row.append(phone, others);
  draw();
  return [list, said, row];

  async function draw() {
    const answer = await sessions().catch((error) => error);
    if (answer instanceof Error) return (said.textContent = answer.message);
    list.replaceChildren(...answer.sessions.map((each) => item(each, () => endOf(each.id))));
    others.hidden = answer.sessions.length < 2;
  }

  async function endOf(which) {
    const answer = await end(which).catch((error) => error);
    await draw();
    said.textContent =
      answer instanceof Error
        ? answer.message
        : ngettext("%(count)s device was signed out.", "%(count)s devices were signed out.", answer.ended);
    said.focus(); // the button is gone
  }
}

async function openHandover() {
  const { openHandover } = await import("./handover.js");
  openHandover();
}

function item({ device, address, since, seen, current }, onEnd) {
  const made = element("li");
  const words = element("div");
  const when = current ? _("this device") : _("last seen %(time)s", { time: format(seen) });
  const note = [address, when, _("since %(time)s", { time: format(since) })].filter(Boolean).join(" · ");
  words.append(element("span", "name", device), element("span", "words", note));
  made.append(words);
  if (!current) {
    const stop = button(_("End"), onEnd, "button");
    stop.ariaLabel = _("End: %(device)s", { device });
    made.append(stop);
  }
  return made;
}
