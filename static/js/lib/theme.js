// Keeps the theme, the system's ("") or a chosen one, in a cookie, so that the server's first byte has it.

const YEAR = 31_536_000; // seconds
const { dataset } = document.documentElement;

export const chosenTheme = () => dataset.theme ?? "";

export function chooseTheme(theme) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR : 0}; samesite=lax${secure}`;
  if (theme) dataset.theme = theme;
  else delete dataset.theme;
}
