// Asks again for files that a former page had, and tries again what has failed.

import { element } from "../lib/dom.js";

// `done` is called when the uploads have begun; not if the person chooses nothing.
export function chooseAgain(failed, uploads, done) {
  const lost = failed.filter(({ file }) => !file);
  const begin = () => {
    for (const upload of failed) if (upload.file) uploads.retry(upload);
    done();
  };
  if (!lost.length) return begin();
  const input = Object.assign(element("input"), { type: "file", multiple: lost.length > 1 });
  input.addEventListener("change", () => {
    const files = [...input.files];
    for (const upload of [...lost]) {
      const same = files.findIndex(({ name, size }) => name === upload.about.name && size === upload.about.size);
      const [file] = files.splice(Math.max(0, same), 1);
      if (file) uploads.retry(upload, file);
    }
    done();
  });
  input.click();
}
