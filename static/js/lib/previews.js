// Loads previews of pictures. The server may not have made one yet: then it is requested again, after growing pauses.

const PAUSES = [1, 2, 4, 8, 16, 30, 60]; // seconds; the last one again and again
const MOST_BROKEN = 5; // times that the browser cannot show a preview that is there

// Shows a preview in an image, which gets the class "loaded" then. Returns false if there is none, and none will come; goes on
// only as long as the image is in the document.
export async function showPreview(image, address) {
  for (let tries = 0, broken = 0; !(await loads(image, address)); tries++) {
    const answer = await fetch(address, { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (answer?.ok || answer?.type === "opaqueredirect") broken++; // it may be in a bucket
    if (broken >= MOST_BROKEN || (answer?.status === 404 && !answer.headers.has("Retry-After"))) return false;
    await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
    if (!image.isConnected) break;
  }
  return true;
}

// Ends early if the connection is back.
function pause(seconds) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, seconds * 1_000);
    addEventListener("online", end);
  });
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
