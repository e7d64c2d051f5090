// Draws the number of unread messages into the page's icon.

const SIZE = 64; // pixels of the canvas; the browser makes it smaller

let wanted = ""; // the last count: the picture may be loaded later
let picture = null;
let original = null;

// Draws `count`, a short text; without it, restores the icon.
export async function drawBadge(count, icon) {
  wanted = count;
  const link = document.querySelector("link[rel~=icon]");
  original ??= { href: link.href, type: link.type };
  if (!count) return Object.assign(link, original);
  const image = await (picture ??= load(icon));
  if (count === wanted) Object.assign(link, { href: paint(image, count), type: "image/png" });
}

// Loads a picture. decode() would wait until the page is visible.
function load(url) {
  return new Promise((done) => {
    const image = new Image(SIZE, SIZE);
    image.onload = () => done(image);
    image.onerror = () => done(null);
    image.src = url;
  });
}

function paint(image, count) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (image) pen.drawImage(image, 0, 0, SIZE, SIZE);
  pen.font = `bold ${count.length > 2 ? 30 : 38}px system-ui, sans-serif`;
  const width = Math.min(SIZE, Math.max(44, pen.measureText(count).width + 12));
  pen.fillStyle = "#b3261e";
  pen.beginPath();
  pen.roundRect(SIZE - width, SIZE - 44, width, 44, 22);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(count, SIZE - width / 2, SIZE - 20, width - 8);
  return canvas.toDataURL();
}
