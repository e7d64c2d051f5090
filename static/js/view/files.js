// Refuses files that are pasted or dropped: without this, a browser would show a dropped file in the page's place.

// onRefuse() is called for files; text goes its own way.
export function refuseFiles(onRefuse) {
  const hasFiles = (data) => data?.types.includes("Files") && !data.types.includes("text/plain");
  document.addEventListener("dragover", (event) => hasFiles(event.dataTransfer) && event.preventDefault());
  for (const [type, name] of [["drop", "dataTransfer"], ["paste", "clipboardData"]]) {
    document.addEventListener(type, (event) => {
      if (!hasFiles(event[name])) return;
      event.preventDefault();
      onRefuse();
    });
  }
}
