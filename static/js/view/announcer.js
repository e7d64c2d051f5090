// Reads words out to people with a screen reader.

import { $, element } from "../lib/dom.js";

const MOST = 5; // kept in the document

// Reads messages out in the order of arrival, unlike the list of messages, which also grows at its beginning.
export function announce(words) {
  const announcer = $("announcer");
  announcer.append(element("p", "", words));
  if (announcer.children.length > MOST) announcer.firstElementChild.remove();
}
