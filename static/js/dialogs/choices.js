// What a person chooses of the page: the theme and the language; and forms that leave it.

import { csrf } from "../net/api.js";
import { element } from "../lib/dom.js";
import { _, language } from "../lib/i18n.js";
import { signOut } from "../lib/sign_out.js";
import "../lib/words.js";

export const themes = () => ({ "": _("As the system"), light: _("Light"), dark: _("Dark") });
export const languages = { en: "English", "zh-hans": "简体中文" };
export const spoken = language.toLowerCase();

// A form for the language, that comes back to this address.
export const languageForm = () => post("/i18n/setlang/", { next: location.pathname + location.search + location.hash });

export function signOutForm() {
  const form = post("/logout/");
  form.addEventListener("submit", signOut);
  return form;
}

function post(address, fields) {
  const form = element("form", "row");
  Object.assign(form, { method: "post", action: address });
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: csrf(), ...fields })) {
    form.append(Object.assign(element("input"), { type: "hidden", name, value }));
  }
  return form;
}
