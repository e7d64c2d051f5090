"""What tests of files on their way share: files to choose, the ways into the tray, and the messages that are sent."""

from collections.abc import Callable
from urllib.parse import parse_qs

from playwright.sync_api import FilePayload, Locator, Page, Route

from .tab import Tab, attempts

MB = 1024 * 1024
PIECE = 2 * MB
# A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63"
    "68a8cf00000284014a0b4bd6d60000000049454e44ae426082"
)
# Moves files over the page, or pastes them, with texts by their types.
MOVE = """([where, kind, names, texts = {}]) => {
    const data = new DataTransfer();
    for (const name of names) data.items.add(new File(["some words"], name, { type: "text/plain" }));
    for (const [type, text] of Object.entries(texts)) data.setData(type, text);
    const options = { bubbles: true, cancelable: true };
    const event = kind === "paste"
        ? new ClipboardEvent(kind, { ...options, clipboardData: data })
        : new DragEvent(kind, { ...options, dataTransfer: data });
    return document.querySelector(where).dispatchEvent(event);
}"""


class Sent:
    """The messages that a page has sent with files, each answered as stored, or else refused."""

    def __init__(self, page: Page) -> None:
        self.messages: list[dict[str, str]] = []
        self.refusals: list[tuple[int, dict[str, object]]] = []  # the answers to the next ones
        page.route("**/msg_send/", self._take)

    def _take(self, route: Route) -> None:
        fields = parse_qs(route.request.post_data or "", keep_blank_values=True)
        self.messages.append({name: values[0] for name, values in fields.items()})
        if self.refusals:
            status, body = self.refusals.pop(0)
            return route.fulfill(status=status, json=body)
        route.fulfill(json={"msg": "success", "seq": len(self.messages), "id": len(self.messages)})


def picture(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": PNG}


def large(name: str, size: int = 3 * PIECE) -> FilePayload:
    return {
        "name": name,
        "mimeType": "video/mp4",
        "buffer": bytes(number % 251 for number in range(256)) * (size // 256),
    }


def choose(tab: Tab, *files: FilePayload) -> None:
    with tab.page.expect_file_chooser() as chooser:
        tab.page.get_by_role("button", name="Add files").click()
    chooser.value.set_files(list(files))


def thumbs(tab: Tab, state: str = "") -> Locator:
    return tab.page.locator(f".tray .thumb{f'[data-state={state}]' if state else ''}")


def until(tab: Tab, what: str, came: Callable[[], bool]) -> None:
    for _ in attempts(tab.page, what):
        if came():
            return
