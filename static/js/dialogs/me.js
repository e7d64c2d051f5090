// The menu of the person's own name: settings, notifications, theme, language, keys, and the way out.

import { languageForm, languages, signOutForm, spoken, themes } from "./choices.js";
import { openMenu } from "./menu.js";
import { avatar, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { chooseTheme, chosenTheme } from "../lib/theme.js";

// page: {me, username, notifier, isOnline(), onSettings(), onKeys()}
export function openMe(opener, { me, username, notifier, isOnline, onSettings, onKeys }) {
  const head = element("div", isOnline() ? "head online" : "head");
  head.append(avatar(me, username), element("bdi", "name", username), element("span", "note", isOnline() ? _("online") : _("not online")));
  const theme = (value) => ({ words: themes()[value], checked: value === chosenTheme(), act: () => chooseTheme(value) });
  const tongue = (code) => ({ words: languages[code], lang: code, checked: code === spoken, act: () => speak(code) });
  openMenu(opener, username, [head], [
    { name: "settings", words: _("Settings"), act: onSettings },
    { name: "bell", words: _("Notifications"), note: notifier.mayShow ? _("On") : _("Off"), act: onSettings },
    { name: "moon", words: _("Theme"), note: themes()[chosenTheme()], more: () => Object.keys(themes()).map(theme) },
    { name: "globe", words: _("Language"), note: languages[spoken], more: () => Object.keys(languages).map(tongue) },
    { name: "keys", words: _("Keys"), note: "?", act: onKeys },
    null,
    { name: "exit", words: _("Sign out"), act: () => submit(signOutForm()) },
  ]);
}

function speak(code) {
  const form = languageForm();
  form.append(Object.assign(element("input"), { type: "hidden", name: "language", value: code }));
  submit(form);
}

function submit(form) {
  form.hidden = true;
  document.body.append(form);
  form.requestSubmit();
}
