// The dialogs for the settings of page and account, and for the list of keys.

import { languageForm, languages as names, signOutForm, spoken, themes as looks } from "./choices.js";
import { open } from "./dialog.js";
import { button, element } from "../lib/dom.js";
import { _ } from "../lib/i18n.js";
import { chooseTheme, chosenTheme } from "../lib/theme.js";

export function openSettings(notifier) {
  const content = element("div");
  const me = element("p", "account", `${_("Signed in as")} `);
  me.append(element("bdi", "name", document.body.dataset.username));
  content.append(
    me,
    part(_("Theme"), themes()),
    part(_("Language"), languages()),
    part(_("Notifications"), ...notifications(notifier)),
    part(_("Account"), account()),
    devices(),
    programs(),
    keys(),
  );
  open(_("Settings"), content, { className: "settings" });
}

export function openKeys() {
  const content = element("div");
  content.tabIndex = 0; // a keyboard can scroll it
  content.append(listOfKeys());
  open(_("Keys"), content, { className: "settings" });
}

function part(title, ...content) {
  const made = element("section");
  made.append(element("h3", "", title), ...content);
  return made;
}

function check(type, text, checked, onChange) {
  const label = element("label");
  const box = element("input");
  Object.assign(box, { type, checked });
  box.addEventListener("change", () => onChange(box.checked));
  label.append(box, ` ${text}`);
  return label;
}

function themes() {
  const row = element("div", "row");
  row.role = "radiogroup";
  row.ariaLabel = _("Theme");
  for (const [theme, name] of Object.entries(looks())) {
    const label = check("radio", name, theme === chosenTheme(), () => chooseTheme(theme));
    label.firstChild.name = "theme";
    row.append(label);
  }
  return row;
}

function languages() {
  const form = languageForm();
  for (const [code, name] of Object.entries(names)) {
    const choose = element("button", "button", name);
    Object.assign(choose, { name: "language", value: code, lang: code });
    if (code === spoken) choose.ariaCurrent = "true";
    form.append(choose);
  }
  return form;
}

function notifications(notifier) {
  const desktop = element("div", "row");
  const sound = element("div", "row");
  desktop.role = "status";
  draw();
  sound.append(
    check("checkbox", _("A sound while the page is in the background"), notifier.sound, (on) => (notifier.sound = on)),
    button(_("Try it"), () => notifier.playSound(), "button"),
  );
  return [desktop, sound];

  function draw() {
    const { permission } = notifier;
    if (permission === "granted") {
      const words = _("Notifications while the page is in the background");
      desktop.replaceChildren(check("checkbox", words, notifier.desktop, (on) => (notifier.desktop = on)));
    } else if (permission === "default") {
      desktop.replaceChildren(button(_("Allow notifications"), allow, "button"));
    } else {
      desktop.replaceChildren(element("p", "words", whyNot(permission)));
    }
  }

  async function allow() {
    await notifier.enable();
    draw();
    (desktop.querySelector("input, button") ?? sound.querySelector("input")).focus();
  }
}

function whyNot(permission) {
  if (permission === "denied") {
    return _("The browser blocks notifications: allow them in its settings for this site.");
  }
  if (!isSecureContext) return _("Notifications need an address with https, or localhost.");
  return _("This browser shows no notifications of pages.");
}

function account() {
  const form = signOutForm();
  const link = element("a", "button", _("Change password"));
  link.href = "/password_change/";
  form.append(link, element("button", "button", _("Sign out")));
  return form;
}

function devices() {
  const made = part(_("Devices"));
  import("./devices.js").then(({ devices }) => made.append(...devices()));
  return made;
}

function programs() {
  const made = part(_("Programs"));
  import("./programs.js").then(({ programs }) => made.append(...programs()));
  return made;
}

function keys() {
  const made = element("details");
  made.append(element("summary", "", _("Keys")), listOfKeys());
  return made;
}

function listOfKeys() {
  const mac = /Mac|iP/.test(navigator.platform);
  const command = mac ? "⌘" : _("Ctrl");
  const alt = mac ? _("Option") : _("Alt");
  const shift = _("Shift");
  const list = element("dl", "keys");
  const rows = [
    [[command, "K"], _("Go to a room or a person")],
    [[command, shift, "F"], _("Search in messages")],
    [[command, ","], _("Settings and account")],
    [[command, "."], _("Details of the room")],
    [[alt, "↑ ↓"], _("Room above or below")],
    [[alt, shift, "↓"], _("Next room with unread messages")],
    [[_("Enter")], _("Send")],
    [[shift, _("Enter")], _("New line")],
    [[command, "B"], _("Bold")],
    [[command, "I"], _("Italic")],
    [[command, "E"], _("Code")],
    [[command, shift, "X"], _("Struck out")],
    [["↑"], _("Edit the last message, in an empty field")],
    [["↑ ↓"], _("From message to message, in the list")],
    [["R"], _("Reply to the message")],
    [["P"], _("Author of the message")],
    [["C"], _("Copy the message")],
    [["L"], _("Copy the link of the message")],
    [["E"], _("Edit the message")],
    [["!"], _("Report the message")],
    [["Del"], _("Delete the message")],
    [[_("Esc")], _("Close, or stop editing or replying")],
    [["?"], _("This list")],
  ];
  for (const [combination, words] of rows) {
    const term = element("dt");
    combination.forEach((key, index) => term.append(index ? " + " : "", element("kbd", "", key)));
    list.append(term, element("dd", "", words));
  }
  return list;
}
