// The menu of the person's own name: settings, profile, notifications, theme, language, for admins the place, keys, and the way
// out.

import { languageForm, languages, signOutForm, spoken, themes } from "./choices.js";
import { openMenu } from "./menu.js";
import { avatar, element } from "../lib/dom.js";
import { _, locale, ngettext } from "../lib/i18n.js";
import { chooseTheme, chosenTheme } from "../lib/theme.js";

const HOUR = 3_600_000; // milliseconds
const MORNING = 9; // o'clock
const times = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const days = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "numeric", minute: "numeric" });
const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });

// page: {me, username, notifier, quiet, isOnline(), onQuiet(until: a date or null), onSettings(), onProfile(), onReports(), onKeys()}
export function openMe(opener, { me, username, notifier, quiet, isOnline, onQuiet, onSettings, onProfile, onReports, onKeys }) {
  const { manage, waiting } = document.body.dataset; // of admins
  const head = element("div", isOnline() ? "head online" : "head");
  const note = element("span", "note");
  note.append(element("bdi", "", document.body.dataset.account), ` · ${isOnline() ? _("online") : _("not online")}`);
  head.append(avatar(me, username), element("bdi", "name", username), note);
  const theme = (value) => ({ words: themes()[value], checked: value === chosenTheme(), act: () => chooseTheme(value) });
  const tongue = (code) => ({ words: languages[code], lang: code, checked: code === spoken, act: () => speak(code) });
  openMenu(opener, username, [head], [
    { name: "settings", words: _("Settings"), act: onSettings },
    { name: "person", words: _("Profile"), act: onProfile },
    { name: "bell", words: _("Notifications"), note: notifier.mayShow ? _("On") : _("Off"), act: onSettings },
    { name: "quiet", words: _("Do not disturb"), note: quiet.until ? untilWords(quiet.until) : _("Off"), more: () => pauses(quiet.until, onQuiet) },
    { name: "moon", words: _("Theme"), note: themes()[chosenTheme()], more: () => Object.keys(themes()).map(theme) },
    { name: "globe", words: _("Language"), note: languages[spoken], more: () => Object.keys(languages).map(tongue) },
    ...(manage ? ofAdmins(manage, Number(waiting ?? 0), onReports) : []),
    { name: "keys", words: _("Keys"), key: "?", act: onKeys },
    null,
    { name: "exit", words: _("Sign out"), act: () => submit(signOutForm()) },
  ]);
}

// `waiting`: how many wait to be let in.
const ofAdmins = (manage, waiting, onReports) => [
  { name: "flag", words: _("Reports"), act: onReports },
  { name: "place", words: _("Manage the place"), note: waiting ? ngettext("%(count)s waits", "%(count)s wait", waiting) : "", act: () => location.assign(manage) },
];

function pauses(until, onQuiet) {
  const pause = (words, time) => ({ words, checked: false, act: () => onQuiet(time) });
  const now = new Date();
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING);
  return [
    { words: _("Off"), checked: !until, act: () => onQuiet(null) },
    ...(until ? [{ words: untilWords(until), checked: true, act() {} }] : []),
    pause(_("For an hour"), new Date(now.getTime() + HOUR)),
    pause(_("Until tomorrow morning"), tomorrow),
    pause(_("For a week"), new Date(now.getTime() + 7 * 24 * HOUR)),
  ];
}

function untilWords(date) {
  const left = date - new Date().setHours(0, 0, 0, 0);
  const format = left < 24 * HOUR ? times : left < 7 * 24 * HOUR ? days : dates;
  return _("until %(time)s", { time: format.format(date) });
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
