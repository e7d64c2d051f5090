// Reads words out to people with a screen reader.

import { $, element } from "../lib/dom.js";

const MOST = 5; // kept in the document

// In the order of arrival; the list of messages, which also grows at its beginning, is not read out.
export function announce(words) {
  const announcer = $("announcer");
  announcer.append(element("p", "", words));
  if (announcer.children.length > MOST) announcer.firstElementChild.remove();
}
