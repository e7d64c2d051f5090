// Draws one's own name at the side anew when it has changed, in this tab or elsewhere.

import { $, avatar } from "../lib/dom.js";

export function followName(store) {
  store.addEventListener("renamed", draw);
  draw();

  function draw() {
    const name = store.nameOf(store.userid);
    if (name === document.body.dataset.username) return;
    document.body.dataset.username = name;
    $("me").querySelector(".avatar").replaceWith(avatar(store.userid, name));
    $("me").querySelector("bdi").textContent = name;
  }
}
