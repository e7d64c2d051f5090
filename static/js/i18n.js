// The words of the page in the person's language: Django's catalogue, which /jsi18n/ loads before the modules.

const { gettext, ngettext: plural, interpolate } = globalThis;

export const language = document.documentElement.lang;

// Placeholders are named: _("Hello %(name)s", { name }).
export function _(text, values) {
  const found = gettext(text);
  return values ? interpolate(found, values, true) : found;
}

export function ngettext(one, several, count, values = {}) {
  return interpolate(plural(one, several, count), { count, ...values }, true);
}
