// The page of a device that waits to be let in: asks again and again until there is another answer. Its button does the same.

const EVERY = 2_000; // milliseconds
const form = document.querySelector("#waiting");

async function ask() {
  const options = { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" };
  const answer = await fetch(location.href, options).catch(() => null);
  if (answer?.type === "opaqueredirect") location.replace("/"); // it is signed in
  else if (answer && !answer.ok && answer.status < 500) location.replace(location.href); // the page says why
  else setTimeout(ask, EVERY);
}

if (form) setTimeout(ask, EVERY);
