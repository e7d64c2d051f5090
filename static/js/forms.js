// The account pages: shows passwords, checks their rules at each key, sets the theme, names the time zone. The pages work without it.

import { signOut } from "./lib/sign_out.js";
import { chooseTheme, chosenTheme } from "./lib/theme.js";
import { goOn } from "./lib/waiting.js";

const MINIMUM = 8;
const LIKE = 0.7; // of Django's UserAttributeSimilarityValidator, as is the measure below

const rules = {
  long: (password) => [...password].length >= MINIMUM,
  letters: (password) => password !== "" && !/^\p{Nd}+$/u.test(password),
  own: (password, names) => password !== "" && !names.some((name) => alike(password.toLowerCase(), name)),
};

// The share of characters in common, whatever their order.
function alike(one, other) {
  const rest = [...other];
  const all = [...one].length + rest.length;
  let common = 0;
  for (const character of one) {
    const at = rest.indexOf(character);
    if (at < 0) continue;
    rest.splice(at, 1);
    common += 1;
  }
  return (2 * common) / all >= LIKE;
}

function ownNames(form) {
  const fields = form.querySelectorAll("[autocomplete=username], [autocomplete=nickname]");
  const names = [...fields].map((field) => field.value.trim().toLowerCase());
  return names.flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}_]+/u)]).filter(Boolean);
}

// Says which rules are not met yet; only when that changes, not at each key.
function check(field, list) {
  const items = [...list.querySelectorAll("[data-rule]")];
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  field.closest(".field").append(status);
  const update = () => {
    const names = ownNames(field.form);
    for (const item of items) item.classList.toggle("met", rules[item.dataset.rule](field.value, names));
    const missing = items.filter((item) => !item.classList.contains("met")).map((item) => item.textContent);
    const { missing: before, good } = list.dataset;
    const words = missing.length ? `${before} ${missing.join("; ")}` : good;
    if (field.value && status.textContent !== words) status.textContent = words;
  };
  field.form.addEventListener("input", update);
  update();
}

function reveal(field, button) {
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false)); // so that no browser remembers it as ordinary text
}

function warnOfCaps(field, hint) {
  const look = (event) => {
    const on = event.type !== "blur" && event.getModifierState?.("CapsLock");
    hint.textContent = on ? hint.dataset.words : "";
  };
  for (const type of ["keydown", "keyup", "blur"]) field.addEventListener(type, look);
}

for (const box of document.querySelectorAll(".password")) {
  const field = box.querySelector("input");
  const whole = box.closest(".field");
  const list = whole.querySelector(".rules");
  reveal(field, box.querySelector("button"));
  warnOfCaps(field, whole.querySelector(".caps"));
  if (list) check(field, list);
}

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
for (const field of document.querySelectorAll("input[name=timezone]")) field.value = timeZone;

const waiting = document.querySelector("#waiting");
if (waiting) goOn(waiting);

document.querySelector("#sign-out")?.addEventListener("submit", signOut);

const theme = document.querySelector("#theme");
if (theme) {
  theme.hidden = false;
  theme.value = chosenTheme();
  theme.addEventListener("change", () => chooseTheme(theme.value));
}
