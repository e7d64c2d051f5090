// Loads previews of pictures. The server may not have made one yet: then it is requested again, after growing pauses.

const PAUSES = [1, 2, 4, 8]; // seconds

// Shows a preview in an image, which gets the class "loaded" then. Returns false if there is none; goes on only as long as
// the image is in the document.
export async function showPreview(image, address) {
  for (const pause of [...PAUSES, 0]) {
    if (await loads(image, address)) return true;
    if (pause) await new Promise((done) => setTimeout(done, pause * 1000));
    if (!image.isConnected) return true;
  }
  return false;
}

function loads(image, address) {
  return new Promise((done) => {
    image.onload = () => done(true);
    image.onerror = () => done(false);
    image.src = address;
  }).then((isLoaded) => {
    image.classList.toggle("loaded", isLoaded);
    return isLoaded;
  });
}
