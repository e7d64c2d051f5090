"""The limits as they come: people who write, paste, switch, scroll and reload as fast as people can meet no refusal."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from ..support import chronicle
from ..support.server import Server, Visitor
from .tab import LONGER, Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with no limit changed."""
    server = Server(tmp_path_factory.mktemp("strict")).start()
    yield server
    server.close()


@pytest.fixture
def person(strict: Server) -> Visitor:
    return strict.people(1)[0]


class Told:
    """Notes every refusal that a tab gets, over HTTP or on its socket."""

    def __init__(self) -> None:
        self.refusals: list[str] = []

    def listen(self, tab: Tab) -> None:
        tab.page.on("response", lambda answer: answer.status == 429 and self.refusals.append(answer.url))
        tab.page.on("websocket", lambda socket: socket.on("framereceived", self._frame))

    def _frame(self, frame: str | bytes) -> None:
        if json.loads(frame)["type"] == "error":
            self.refusals.append(str(frame))


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    assert told.refusals == []


def opened(visit: Opener, server: Server, person: Visitor, told: Told, path: str = "/news_chat/") -> Tab:
    tab = visit(server, person, "/healthz")
    told.listen(tab)
    tab.go(path)
    return tab.greeted()


def test_forty_lines_are_pasted_and_some_are_edited(visit: Opener, strict: Server, person: Visitor, told: Told) -> None:
    tab = opened(visit, strict, person, told)
    for number in range(40):
        tab.say(f"line {number} of a poem that somebody knows by heart")
    expect(tab.page.locator(".message[data-seq]")).to_have_count(40, timeout=LONGER * 1_000)
    for number in range(5):
        tab.field.press("ArrowUp")
        expect(tab.strip).to_be_visible()
        tab.say(f"the last line, put right {number} times")
        tab.said(f"right {number} times")
    tab.say("一二三四五六七八九十" * 40)
    tab.say("the quick brown fox " * 190)
    expect(tab.page.locator(".message[data-seq]")).to_have_count(42)


@pytest.mark.long
def test_rooms_are_switched_history_is_scrolled_and_words_are_looked_for(
    visit: Opener, strict: Server, person: Visitor, told: Told
) -> None:
    chronicle.fill_room(strict, f"long{person.userid}", 3_000, [person])
    names = chronicle.fill_rooms(strict, 30, [person])
    tab = opened(visit, strict, person, told)
    for name in names[:15]:
        tab.room(name).click()
        expect(tab.title).to_have_text(name)
        tab.field.press_sequentially("hm", delay=50)
        tab.field.fill("")
    tab.room(f"long{person.userid}").click()
    expect(tab.stored_message(3_000)).to_be_in_viewport()
    shown = 3_000
    for _ in range(10):
        tab.page.locator("#messages").evaluate("list => { list.scrollTop = 0; }")
        tab.page.wait_for_function(
            "shown => Number(document.querySelector('.message[data-seq]').dataset.seq) < shown", arg=shown
        )
        shown = int(tab.page.locator(".message[data-seq]").first.get_attribute("data-seq") or 0)
    tab.look_for("team")
    tab.page.keyboard.type("-of-the-week", delay=80)
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+Shift+f")
    expect(tab.page.get_by_role("searchbox")).to_be_focused()
    tab.page.keyboard.type("release notes", delay=80)
    expect(tab.page.locator("#panel li").first).to_be_visible()


def test_ten_tabs_are_opened_at_once(visit: Opener, strict: Server, person: Visitor, told: Told) -> None:
    """As a browser does that restores its windows. Its tabs share their cookies, and here a page stands for each."""
    first = opened(visit, strict, person, told)
    pages = [first.page, *(first.context.new_page() for _ in range(9))]
    for page in pages[1:]:
        page.on("response", lambda answer: answer.status == 429 and told.refusals.append(answer.url))
        page.goto(f"{strict.url}/news_chat/", wait_until="commit")
    for page in pages:
        expect(page.locator("#status")).to_have_attribute("data-state", "online", timeout=LONGER * 1_000)
