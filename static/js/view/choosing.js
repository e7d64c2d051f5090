// Asks again for files that a former page had, and tries again what has failed.

import { element } from "../lib/dom.js";

// `done` is called when the uploads have begun; not if the person chooses nothing.
export function chooseAgain(failed, uploads, done) {
  const lost = failed.filter(({ file }) => !file);
  const begin = (chosen) => {
    for (const upload of failed) {
      const file = upload.file ?? chosen.get(upload);
      if (file) uploads.retry(upload, file);
    }
    done();
  };
  if (!lost.length) return begin(new Map());
  const input = Object.assign(element("input"), { type: "file", multiple: lost.length > 1 });
  input.addEventListener("change", () => begin(pair(lost, [...input.files])));
  input.click();
}

// Returns a map of uploads to the files that are theirs by name and size. What is left belongs together if it is as many.
function pair(lost, files) {
  const pairs = new Map();
  for (const upload of lost) {
    const same = files.findIndex(({ name, size }) => name === upload.about.name && size === upload.about.size);
    if (same >= 0) pairs.set(upload, ...files.splice(same, 1));
  }
  const left = lost.filter((upload) => !pairs.has(upload));
  if (left.length === files.length) left.forEach((upload, place) => pairs.set(upload, files[place]));
  return pairs;
}
