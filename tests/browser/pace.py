"""How quick and how heavy a page is, measured in the page itself. Times are in milliseconds, sizes in bytes."""

from statistics import median
from typing import NamedTuple

import psutil
from playwright.sync_api import Locator, Page

# From a key to the frame that shows what it wrote: a message that is posted in a frame comes once that is drawn.
LISTEN = """() => {
    globalThis.listening?.abort();
    globalThis.listening = new AbortController();
    const times = globalThis.pace = [];
    const options = {capture: true, signal: listening.signal};
    let pressed = 0;
    addEventListener("keydown", ({timeStamp}) => { pressed = timeStamp; }, options);
    addEventListener("input", () => requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => times.push(performance.now() - pressed);
        port2.postMessage(0);
    }), options);
}"""
WATCH = """() => {
    const seen = globalThis.frames_seen = {gaps: [], tasks: [], running: true};
    new PerformanceObserver(list => seen.tasks.push(...list.getEntries().map(each => each.duration)))
        .observe({type: "longtask"});
    let last = performance.now();
    const tick = now => {
        seen.gaps.push(now - last);
        last = now;
        if (seen.running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
}"""
SEEN = """async () => {
    await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
    frames_seen.running = false;
    return frames_seen;
}"""
# Each time something moved by itself. The browser excuses what moves soon after a key or a click; this does not.
SHIFTS = """() => {
    const nameOf = node => {
        const around = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[id]");
        return `#${around?.id}: ${(node.outerHTML ?? node.textContent).slice(0, 100)}`;
    };
    const take = list => list.forEach(({value, sources}) =>
        shifts.push({value, moved: sources.map(({node}) => node ? nameOf(node) : "what is gone")}));
    globalThis.shifts = [];
    const observer = new PerformanceObserver(list => take(list.getEntries()));
    observer.observe({type: "layout-shift"});
    globalThis.takeShifts = () => { take(observer.takeRecords()); return shifts; };
}"""
SHIFTED = """async () => {
    const drawn = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
    await drawn();
    await drawn();
    return takeShifts();
}"""
LOADED = """async () => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const sizes = Object.fromEntries(entries.map(each => [each.name, each.decodedBodySize]));
    for (const {href} of document.querySelectorAll(`link[rel~=icon]:not([href^="data:"])`))  // browsers do not count it
        sizes[href] ??= (await (await fetch(href)).arrayBuffer()).byteLength;
    return sizes;
}"""
READ = """async (area, [place, seq]) => {
    for (let frames = 0; !area.querySelector(`[data-seq="${seq}"]`); frames++) {
        if (frames === 10_000) throw new Error(`message ${seq} does not come`);
        area.scrollTop = place === "end" ? area.scrollHeight : 0;
        await new Promise(requestAnimationFrame);
    }
}"""
# From the click on a room at the side to the frame that shows the message which the room ends with.
ENTER = """([room, seq]) => new Promise(resolve => {
    const began = performance.now();
    const drawn = () => document.querySelector("#title").textContent === room
        && document.querySelector("#messages").getAttribute("aria-busy") === "false"
        && document.querySelector(`.message[data-seq="${seq}"]`);
    const look = () => drawn() ? setTimeout(() => resolve(performance.now() - began)) : requestAnimationFrame(look);
    document.querySelector(`#rooms button[data-room="${room}"]`).click();
    look();
})"""
USABLE = """() => document.querySelector("#status")?.dataset.state === "online"
    && document.querySelector("textarea")?.checkVisibility() && performance.now()"""


class Times(NamedTuple):
    median: float
    longest: float


class Smoothness(NamedTuple):
    """The longest time between two frames, and the longest task of at least 50 ms (0: none)."""

    gap: float
    task: float
    frames: int


class Shift(NamedTuple):
    """Something that moved by itself: the browser's measure of how much, and the beginnings of its elements."""

    value: float
    moved: list[str]


class Memory(NamedTuple):
    """The scripts' heap, the nodes of the document, and what the page's process has for itself."""

    heap: int
    nodes: int
    process: int


class Load(NamedTuple):
    """When the chat could be used, and the size of each address before compression."""

    usable: float
    sizes: dict[str, int]

    @property
    def page(self) -> int:
        """All but what people said."""
        return sum(size for address, size in self.sizes.items() if "/history/" not in address)


def typing(field: Locator, text: str = "the quick brown fox jumps over") -> Times:
    """From each key to the frame that shows its letter in the field."""
    page = field.page
    field.focus()
    page.evaluate(LISTEN)
    before = field.input_value()
    for count, letter in enumerate(text, 1):
        page.keyboard.press("Space" if letter == " " else letter)
        page.wait_for_function("count => pace.length === count", arg=count)
    assert field.input_value() == before + text
    times = page.evaluate("pace")
    return Times(median(times), max(times))


def scrolling(area: Locator, wheels: int = 100, step: int = -600) -> Smoothness:
    """The wheel is turned over `area`, a notch in each frame; at an end of what is there it goes on turning."""
    page = area.page
    area.hover()
    start = area.evaluate("area => area.scrollTop")
    page.evaluate(WATCH)
    moved = 0.0
    for _ in range(wheels):
        page.mouse.wheel(0, step)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        moved = max(moved, abs(area.evaluate("area => area.scrollTop") - start))
    assert moved > abs(step), "nothing scrolled"
    return smoothness(page)


def entering(page: Page, room: str, seq: int) -> float:
    """Opens a room of the list at the side, whose newest message is `seq`."""
    return float(page.evaluate(ENTER, [room, seq]))


def read_through(area: Locator, newest: int) -> None:
    """To the beginning of a long room and back."""
    area.evaluate(READ, ["start", 1])
    area.evaluate(READ, ["end", newest])


def smoothness(page: Page) -> Smoothness:
    """Since WATCH was evaluated."""
    seen = page.evaluate(SEEN)
    return Smoothness(max(seen["gaps"][1:]), max(seen["tasks"], default=0), len(seen["gaps"]))


def shifts(page: Page) -> list[Shift]:
    """Since SHIFTS was evaluated."""
    return [Shift(**each) for each in page.evaluate(SHIFTED)]


def memory(page: Page) -> Memory:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    nodes = session.send("Memory.getDOMCounters")["nodes"]
    session.detach()
    return Memory(int(metrics["JSHeapUsedSize"]), int(nodes), _renderer(page).memory_full_info().uss)


def load(page: Page, url: str) -> Load:
    """A first visit, with an empty cache, until the chat can be used."""
    session = page.context.new_cdp_session(page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(url, wait_until="commit")
    usable = page.wait_for_function(USABLE, polling="raf").json_value()
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(LOADED)
    session.detach()
    assert all(sizes.values()), f"sizes are missing: {sizes}"
    return Load(usable, sizes)


def _renderer(page: Page) -> psutil.Process:
    """The process of this page: the one that is busy while the page is."""
    processes = [each for each in psutil.Process().children(recursive=True) if "--type=renderer" in each.cmdline()]
    before = {each: sum(each.cpu_times()[:2]) for each in processes}
    page.evaluate("() => { for (const end = performance.now() + 300; performance.now() < end;); }")
    return max(processes, key=lambda each: sum(each.cpu_times()[:2]) - before[each])
