// What the one who has set the place up sees first.

import { element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import "../lib/words.js";

export function welcomeWords() {
  const link = Object.assign(element("a", "", _("Who may join?")), { href: "/manage/place/" });
  const words = element("p", "words", _("The place is yours. Send people a link, and they are in."));
  words.append(" ", link);
  return [words];
}
