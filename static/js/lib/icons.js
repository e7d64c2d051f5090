// Adds the icons of modules that are loaded later to those of template/icons.html.

const PATHS = {
  at: "M12.8 10a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0zm0 0v.9c0 1.1.8 1.9 1.9 1.9s1.8-.8 1.8-2.4V10a6.5 6.5 0 1 0-2.6 5.2",
  bell: "M4 13.5c1.2-1.4 1.5-3.2 1.5-5.5a4.5 4.5 0 0 1 9 0c0 2.3.3 4.1 1.5 5.5zM8.3 16a1.9 1.9 0 0 0 3.4 0",
  check: "M4.7 10.6l3.5 3.5 7.1-8.1",
  close: "M5.5 5.5l9 9m0-9l-9 9",
  copy: "M9.3 7.3h5c1.1 0 2 .9 2 2v5c0 1.1-.9 2-2 2h-5c-1.1 0-2-.9-2-2v-5c0-1.1.9-2 2-2zM12.7 7.3V5.7c0-1.1-.9-2-2-2h-5c-1.1 0-2 .9-2 2v5c0 1.1.9 2 2 2h1.6",
  delete: "M4 6h12M7.8 6V4.8c0-.6.4-1 1-1h2.4c.6 0 1 .4 1 1V6M5.6 6l.7 8.6c.1.9.8 1.6 1.8 1.6h3.8c1 0 1.7-.7 1.8-1.6L14.4 6M8.6 9.2v3.8m2.8-3.8v3.8",
  exit: "M11.5 4H6c-.8 0-1.5.7-1.5 1.5v9c0 .8.7 1.5 1.5 1.5h5.5M9 10h7.5m-2.8-2.9 2.9 2.9-2.9 2.9",
  globe: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM3.7 10h12.6M10 3.5c3.3 3.5 3.3 9.5 0 13M10 3.5c-3.3 3.5-3.3 9.5 0 13",
  keys: "M4 5.5h12c.6 0 1 .4 1 1v7c0 .6-.4 1-1 1H4c-.6 0-1-.4-1-1v-7c0-.6.4-1 1-1zM6 8.5h.01M10 8.5h.01M14 8.5h.01M7 11.7h6",
  link: "M8.5 11.5c1.2 1.2 3 1.2 4.2 0l2.4-2.4c1.2-1.2 1.2-3 0-4.2s-3-1.2-4.2 0l-.9.9M11.5 8.5c-1.2-1.2-3-1.2-4.2 0l-2.4 2.4c-1.2 1.2-1.2 3 0 4.2s3 1.2 4.2 0l.9-.9",
  moon: "M15.8 11.8A6.3 6.3 0 0 1 8.2 4.2a6.3 6.3 0 1 0 7.6 7.6z",
  more: "M4.5 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zm4.9 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zm4.9 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z",
  person: "M10 9.8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 2.8-4.5 6-4.5s5.4 1.5 6 4.5",
  pin: "M10 12v5M7.2 3.5h5.6l-.7 4.6 2.4 2.6v1.3h-9v-1.3l2.4-2.6z",
  place: "M3.7 9L10 3.7 16.3 9M5.2 8v7c0 .7.6 1.2 1.3 1.2h7c.7 0 1.3-.5 1.3-1.2V8M8.2 16v-4h3.6v4",
  plus: "M10 4.5v11M4.5 10h11",
  quiet: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM7 10h6",
  reply: "M7.8 5L3.7 9.1l4.1 4.1M4 9.1h7c2.9 0 5 2 5 5v1",
  settings: "M3.5 6.5h8m4 0h1M3.5 13.5h1m4 0h8M13.5 4.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6zM6.5 11.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z",
};

const sprite = document.querySelector(".sprite");
for (const [name, path] of Object.entries(PATHS)) {
  const symbol = document.createElementNS(sprite.namespaceURI, "symbol");
  const line = document.createElementNS(sprite.namespaceURI, "path");
  symbol.id = `icon-${name}`;
  symbol.setAttribute("viewBox", "0 0 20 20");
  line.setAttribute("d", path);
  symbol.append(line);
  sprite.append(symbol);
}
