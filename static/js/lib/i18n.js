// Translates the words of the page by Django's catalogue, which /jsi18n/ loads before the modules.

const { words, plural } = globalThis.catalogue;

export const language = document.documentElement.lang;

// The person's own kind of the page's language, for times and dates: en-GB has 24 hours.
export const locale = navigator.languages.find((each) => each.slice(0, 2) === language.slice(0, 2)) ?? language;

// Placeholders are named: _("Hello %(name)s", { name }).
export function _(text, values = {}) {
  return fill(words[text] ?? text, values);
}

export function ngettext(one, several, count, values = {}) {
  const forms = words[one] ?? [one, several];
  return fill(forms[Math.min(plural(count), forms.length - 1)], { count, ...values });
}

const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);
