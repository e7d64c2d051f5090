"""Tabs in the background, and stand-ins for what a headless browser does not do."""

from typing import Any

from playwright.sync_api import Page

from ..tab import Tab, attempts

HEAD_START = 300  # milliseconds that a tab leaves to others which can do better
PAUSE = 2_000  # milliseconds between two alerts

# Headless tabs are always visible, show no notifications, and make no sound: here they note what they would do.
STAND_INS = """
let visible = false;
Object.defineProperty(document, "visibilityState", {get: () => (visible ? "visible" : "hidden")});
Object.defineProperty(document, "hidden", {get: () => !visible});
globalThis.show = (now) => {
    visible = now;
    document.dispatchEvent(new Event("visibilitychange"));
};
globalThis.shown = [];
globalThis.tones = 0;
globalThis.Notification = class {
    static permission = new URLSearchParams(location.search).get("permission") ?? "granted";
    static async requestPermission() {
        return (this.permission = "granted");
    }
    constructor(title, options) {
        Object.assign(this, {title, ...options});
        shown.push(this);
    }
    close() {
        this.closed = true;
    }
};
let touched = false; // evaluating a script counts as a touch
addEventListener("pointerdown", () => (touched = true), true);
Object.defineProperty(navigator, "userActivation", {get: () => ({hasBeenActive: touched})});
const AudioContext = globalThis.AudioContext;
globalThis.AudioContext = class extends AudioContext {
    constructor() {
        super();
        tones++;
    }
};
"""
# The tab that shows alerts keeps the room's lock for its pause: when it is free again, the others had their chance.
PAUSED = """async room => {
    const name = `dweb.alert.${room}.${document.body.dataset.userid}`;
    await navigator.locks.request(name, {signal: AbortSignal.timeout(15_000)}, () => {});
}"""
# The claims that tabs have begun are done when a later transaction is.
CLAIMED = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("dweb");
    opening.onerror = reject;
    opening.onupgradeneeded = () => opening.result.createObjectStore("claims");
    opening.onsuccess = ({target: {result}}) => {
        const transaction = result.transaction("claims", "readwrite");
        transaction.objectStore("claims").count();
        transaction.oncomplete = resolve;
    };
})"""
HELD = """async () => {
    const {held} = await navigator.locks.query();
    return held.filter(({name}) => name.startsWith("dweb.visible.")).length;
}"""


def claimed(*pages: Page) -> None:
    """The pages have decided which of them alerts: first about the message, then about the sound."""
    for _ in ("message", "sound"):
        for page in pages:
            page.evaluate(CLAIMED)


class Background:
    """Tabs of one person that cannot be seen until show() says so."""

    def __init__(self, first: Tab, count: int, path: str) -> None:
        first.context.add_init_script(STAND_INS)
        first.context.clock.install()
        self.tabs = [first, *(Tab(first.context, first.server) for _ in range(count - 1))]
        for tab in self.tabs:
            tab.go(path)
            tab.greeted()

    @property
    def pages(self) -> list[Page]:
        return [tab.page for tab in self.tabs]

    @property
    def shown(self) -> list[Any]:
        """All notifications of all tabs."""
        return [each for page in self.pages for each in page.evaluate("shown.map(({title, body}) => [title, body])")]

    def wait_for(self, count: int) -> None:
        for _ in attempts(self.pages[0], f"{count} notifications"):
            if len(self.shown) >= count:
                return

    def paused(self, *rooms: str) -> None:
        """The pause after the last alert is over."""
        claimed(*self.pages)
        for time in (HEAD_START, PAUSE):
            self.tabs[0].context.clock.run_for(time)
            claimed(*self.pages)
        for page in self.pages:
            for room in rooms or ["lobby"]:
                page.evaluate(PAUSED, room)

    def show(self, tab: Tab, now: bool) -> None:
        held = tab.page.evaluate(HELD)
        tab.page.evaluate("now => show(now)", now)
        tab.page.wait_for_function(f"async held => (await ({HELD})()) === held", arg=held + (1 if now else -1))
