// Loads the page again if the server has another version of it, once nobody is at work in it: drafts and messages that wait
// to be sent are kept by the browser.

const TRIED = "dweb.renewed."; // before a version for which this tab was loaded again
const AGAIN = 5_000; // milliseconds

// Once for each version: of servers with several versions, any may answer.
export function renew(version) {
  try {
    if (sessionStorage.getItem(TRIED + version)) return;
    sessionStorage.setItem(TRIED + version, "1");
  } catch {
    return; // storage is forbidden: it could go on for ever
  }
  const reload = () => {
    if (isBusy()) setTimeout(reload, AGAIN);
    else location.reload();
  };
  reload();
}

function isBusy() {
  const isWriting = document.visibilityState === "visible" && !!document.activeElement?.value;
  return isWriting || !!document.querySelector("dialog[open], .editing, [data-uploads]");
}
