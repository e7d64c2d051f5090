"""How quick and how heavy the page of a crowded chat is: -s shows the figures. test_crowded.py has what it shows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from . import pace
from .conftest import SCREENS
from .crowded import MESSAGES, PEOPLE, Crowded, presence, sockets_of
from .tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.long]

USABLE = 1_000  # milliseconds, as are those below
ENTERED = 1_000
KEY = 50
GAP = 100
MEMORY = 150 * 2**20

LIST = "#messages"


@pytest.fixture(scope="module", params=SCREENS)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SCREENS[request.param], locale="zh-CN")  # its catalogue is the larger one
    yield context
    context.close()


@pytest.fixture(scope="module")
def desktop(browser: Browser, crowded: Crowded) -> Iterator[Tab]:
    """For what is no other on a phone."""
    context = browser.new_context(viewport=SCREENS["wide"], locale="zh-CN")
    yield Tab(context, crowded.server, crowded.person)
    context.close()


@pytest.fixture(scope="module")
def tab(context: BrowserContext, crowded: Crowded) -> Tab:
    return Tab(context, crowded.server, crowded.person)


def report(name: str, value: object) -> None:
    print(f"\n{name}: {value}", end="")


def test_page_is_soon_usable(tab: Tab) -> None:
    load = pace.load(tab.page, f"{tab.server.url}/news_chat/?num=lobby")
    report("first load", f"usable after {load.usable:.0f} ms")
    assert load.usable <= USABLE


def test_long_room_is_entered_at_once(tab: Tab) -> None:
    times = []
    for _ in range(5):
        tab.go("/news_chat/")
        expect(tab.greeted().room("long")).to_be_attached()
        times.append(pace.entering(tab.page, "long", MESSAGES))
    report("entering a room of 10,000 messages", f"{sorted(times)} ms")
    assert max(times) <= ENTERED


def test_keys_show_at_once(tab: Tab) -> None:
    tab.go("/news_chat/?num=long")
    expect(tab.greeted().stored_message(MESSAGES)).to_be_in_viewport()
    times = pace.typing(tab.field)
    report("from key to screen", times)
    assert times.longest < KEY


def test_keys_show_at_once_in_a_draft_that_is_as_long_as_it_may_be(desktop: Tab) -> None:
    desktop.go("/news_chat/?num=long")
    desktop.greeted()
    desktop.field.fill("long words " * 350)
    times = pace.typing(desktop.field)
    report("from key to screen in a long draft", times)
    assert times.longest < KEY
    desktop.field.fill("")


def test_scrolling_back_and_forth_drops_no_frames_for_long(tab: Tab) -> None:
    for step in (-600, 600):
        smooth = pace.scrolling(tab.page.locator(LIST), wheels=50, step=step)
        report("scrolling", smooth)
        assert smooth.gap <= GAP
        assert smooth.task <= GAP


def test_page_stays_small_however_much_was_read(desktop: Tab) -> None:
    desktop.go("/news_chat/?num=long")
    desktop.greeted()
    pace.read_through(desktop.page.locator(LIST), MESSAGES)
    memory = pace.memory(desktop.page)
    report("memory", f"{memory.process:,} bytes, of them {memory.heap:,} the scripts'; {memory.nodes:,} nodes")
    assert memory.process < MEMORY


def test_keys_show_at_once_in_the_switcher(desktop: Tab) -> None:
    desktop.go("/news_chat/?num=long")
    desktop.greeted()
    expect(desktop.look_for("team4").first).to_be_visible()
    times = pace.typing(desktop.page.locator("dialog [role=combobox]"), "96")
    report("from key to screen in the switcher", times)
    assert times.longest < KEY


def test_5000_people_come_and_go_while_one_writes(desktop: Tab) -> None:
    sockets = sockets_of(desktop)
    desktop.go("/news_chat/?num=long")
    desktop.greeted()
    expect(desktop.stored_message(MESSAGES)).to_be_in_viewport()
    desktop.page.evaluate(pace.WATCH)
    for start in range(0, PEOPLE, 200):
        sockets[0].send(presence(range(start, start + 200), online=start + 201))
    expect(desktop.page.locator("#online")).to_have_text(str(PEOPLE + 1))
    smooth = pace.smoothness(desktop.page)
    report("5,000 people come", smooth)
    assert smooth.gap <= GAP
    times = []
    for number in range(5):
        back = range((number - 1) * 200, number * 200) if number else range(0)
        sockets[0].send(presence(back, range(number * 200, (number + 1) * 200), online=PEOPLE - 199))
        times.append(pace.typing(desktop.field, "well").longest)
    report("from key to screen meanwhile", times)
    assert max(times) < KEY
    assert pace.memory(desktop.page).process < MEMORY
