"""Measures the page beside that of another checkout, in turns: python -m tests.browser.beside CHECKOUT [--rounds 5].

Each checkout starts its own server and fills it alike; each measurement has a browser window of its own. A round takes
each measurement of both pages, one right after the other, so that other load on the machine affects both. The table has
the median of the rounds and the worst one. Whatever this asks of a page, both must have: see LIST and Tab.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, expect, sync_playwright

from ..support import chronicle
from ..support.server import ROOT, Server, Visitor
from . import pace
from .conftest import SCREENS, launch
from .crowded import MESSAGES, presence
from .tab import Tab

LIST = "#messages"
LONG, TALK = "long", "talk"
TALKED = 200  # messages of the room in which the layout is watched
LINES = 20  # sent, and as many received
FEW, MANY = (5, 5), (60, 5_000)  # rooms, and people who are online
AT_A_TIME = 200  # people of one frame
FRAMES = 40  # of the server, of each kind, whose drawing is timed
TYPED = "the quick brown fox"

Figures = Iterator[tuple[str, float]]  # the name of a figure ends with its unit

# A frame of the server may be put into the page's socket.
SOCKETS = """
    globalThis.sockets = [];
    globalThis.WebSocket = class extends WebSocket {
        constructor(...given) { super(...given); sockets.push(this); }
    };
"""
# The page's work for a frame: it takes it at once, and draws in the next animation frame. The wait between is left out.
TAKE = """async frame => {
    const drawn = new Promise(resolve => requestAnimationFrame(() => {
        const began = performance.now();
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - began);
        port2.postMessage(0);
    }));
    const began = performance.now();
    sockets.at(-1).dispatchEvent(new MessageEvent("message", {data: frame}));
    const taken = performance.now() - began;
    return taken + await drawn;
}"""


class Chat:
    """A checkout's server: a long room, one in which people talk, and a person with few rooms and one with many."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.server = Server(folder, root=root, SEND_RATE=100_000, SEND_BURST=100_000).start()
        self.few, self.many, self.other = self.server.people(3)
        self.rooms: dict[int, list[str]] = {}
        for person, (count, _) in ((self.few, FEW), (self.many, MANY)):
            self.rooms[person.userid] = chronicle.fill_rooms(self.server, count, [person, self.other])
        everyone = [self.few, self.many, self.other]
        chronicle.fill_room(self.server, TALK, TALKED, everyone)
        chronicle.fill_room(self.server, LONG, MESSAGES, everyone)

    def tab(self, browser: Browser, person: Visitor | None = None) -> Tab:
        context = browser.new_context(viewport=SCREENS["wide"], locale="zh-CN")  # its catalogue is the larger one
        context.add_init_script(SOCKETS)
        return Tab(context, self.server, person or self.few)


# --- The measurements ---


def loading(chat: Chat, browser: Browser) -> Figures:
    tab = chat.tab(browser)
    load = pace.load(tab.page, f"{tab.server.url}/news_chat/?num=lobby")
    yield "first load: usable, ms", load.usable
    yield "first load before compression, bytes", load.page
    tab.context.close()


def entering(chat: Chat, browser: Browser) -> Figures:
    tab = chat.tab(browser)
    tab.go("/news_chat/")
    expect(tab.greeted().page.locator(f"#rooms button[data-room={LONG}]")).to_be_visible()
    yield "entering a room of 10,000 messages, ms", pace.entering(tab.page, LONG, MESSAGES)
    tab.context.close()


def opened(tab: Tab, room: str, seq: int) -> None:
    tab.go(f"/news_chat/?num={room}")
    expect(tab.greeted().stored_message(seq)).to_be_in_viewport()


def writing(chat: Chat, browser: Browser) -> Figures:
    tab = chat.tab(browser)
    opened(tab, LONG, MESSAGES)
    times = pace.typing(tab.field)
    yield "key to screen in it: median, ms", times.median
    yield "key to screen in it: longest, ms", times.longest
    tab.context.close()


def scrolling(chat: Chat, browser: Browser) -> Figures:
    tab = chat.tab(browser)
    opened(tab, LONG, MESSAGES)
    for step, way in ((-600, "back"), (600, "forth")):
        smooth = pace.scrolling(tab.page.locator(LIST), wheels=60, step=step)
        yield f"scrolling {way}: longest gap between frames, ms", smooth.gap
        yield f"scrolling {way}: longest task (0: none of 50 ms), ms", smooth.task
    tab.context.close()


def talking(chat: Chat, browser: Browser) -> Figures:
    """The room is the first one at the side before the layout is watched."""
    tab = chat.tab(browser)
    tab.go(f"/news_chat/?num={TALK}")
    mark = secrets.token_hex(4)  # of this round: said() finds one message
    tab.greeted().say(f"here I am, {mark}")
    tab.said(mark)
    tab.page.evaluate(pace.SHIFTS)
    for number in range(LINES):
        tab.say(f"mine {number}, {mark}")
        tab.said(f"mine {number}, {mark}")
        chat.other.say(f"theirs {number}, {mark}", room=TALK)
        tab.said(f"theirs {number}, {mark}")
    yield f"layout shift, {LINES} sent and {LINES} received", sum(each.value for each in pace.shifts(tab.page))
    tab.context.close()


def reading(chat: Chat, browser: Browser) -> Figures:
    tab = chat.tab(browser)
    opened(tab, LONG, MESSAGES)
    pace.read_through(tab.page.locator(LIST), MESSAGES)
    memory = pace.memory(tab.page)
    yield "memory after reading 10,000 messages, MB", memory.process / 2**20
    yield "of it the scripts' heap, MB", memory.heap / 2**20
    tab.context.close()


def crowd(chat: Chat, browser: Browser) -> Figures:
    for person, (rooms, people) in ((chat.few, FEW), (chat.many, MANY)):
        tab = chat.tab(browser, person)
        opened(tab, LONG, MESSAGES)
        for start in range(0, people, AT_A_TIME):
            there = min(start + AT_A_TIME, people)
            tab.page.evaluate(TAKE, presence(range(start, there), online=there + 1))
        expect(tab.page.locator("#online")).to_have_text(str(people + 1))
        name = f"{rooms} rooms, {people:,} people online"
        yield f"{name}: key to screen, median, ms", pace.typing(tab.field, TYPED).median
        yield f"{name}: a message elsewhere, ms of work", median(taken(tab, news(chat, person)))
        moves = [presence([], [0], online=people), presence([0], online=people + 1)] * (FRAMES // 2)
        yield f"{name}: one goes or comes, ms of work", median(taken(tab, moves))
        tab.page.locator("#find").click()
        typed = pace.typing(tab.page.locator("dialog [role=combobox]"), "team12")
        yield f"{name}: key to screen in the switcher, median, ms", typed.median
        tab.context.close()


def taken(tab: Tab, frames: Iterable[str]) -> list[float]:
    return [tab.page.evaluate(TAKE, frame) for frame in frames]


def news(chat: Chat, person: Visitor) -> Iterator[str]:
    """Frames of messages that another one wrote into this person's rooms, one room after the other."""
    rooms = chat.rooms[person.userid]
    for number in range(FRAMES):
        room = rooms[number % len(rooms)]
        seq = 4 + number // len(rooms)  # each had three
        author = {"userid": chat.other.userid, "user": chat.other.username}
        message = {"id": -number, "room": room, "seq": seq, "msg": "news", "time": datetime.now(UTC).isoformat()}
        yield json.dumps({"type": 1, "data": message | author})


MEASUREMENTS = (loading, entering, writing, scrolling, talking, reading, crowd)


# --- The table ---


class Results:
    """The figures of both pages, round by round."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, list[float]]] = {}

    def note(self, figure: str, page: str, value: float) -> None:
        self._of.setdefault(figure, {}).setdefault(page, []).append(value)

    def table(self, pages: Sequence[str]) -> str:
        lines = [["figure", *pages], ["---"] * (len(pages) + 1)]
        lines += [[figure, *(cell(of[page]) for page in pages)] for figure, of in self._of.items()]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(values: Sequence[float]) -> str:
    return f"{number(median(values))} (worst {number(max(values))})"


def number(value: float) -> str:
    if value == 0 or value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.4f}"


def measured(chats: dict[str, Chat], browser: Browser, rounds: int) -> Results:
    results = Results()
    for chat in chats.values():
        [*loading(chat, browser)]  # what is done for the first time is slower
    for turn in range(rounds):
        print(f"Round {turn + 1} of {rounds}; load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
        for measurement in MEASUREMENTS:
            for page in (*chats,) if turn % 2 == 0 else reversed((*chats,)):
                for figure, value in measurement(chats[page], browser):
                    results.note(figure, page, value)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.beside", description=__doc__)
    parser.add_argument("checkout", type=Path, help="with a .venv, as scripts/serve makes it")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = launch(playwright)
        if browser is None:
            sys.exit("There is no Chromium.")
        stack.callback(browser.close)
        chats = {}
        for page, root in {"old": given.checkout.resolve(), "new": ROOT}.items():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            chats[page] = Chat(root, folder)
            stack.callback(chats[page].server.close)
        print(measured(chats, browser, given.rounds).table([*chats]))


if __name__ == "__main__":
    main()
