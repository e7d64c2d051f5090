"""Nothing moves by itself, in the whole page and by the browser's own measure, while messages are sent and come."""

from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import expect

from ...support import chronicle
from ...support.server import Server, Visitor
from .. import pace
from ..pace import Shift
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

EACH = 20
LIST = "#messages"
WINDOW = 200  # messages that the document holds
LENGTHEN = "() => { document.querySelector('#foot').style.paddingTop = '50px'; }"


def shifts(tab: Tab) -> list[Shift]:
    """Not those of the number of people: others of the server come and go."""
    return [each for each in pace.shifts(tab.page) if any(not place.startswith("#online") for place in each.moved)]


def watch(tab: Tab) -> None:
    """From now on; the room is the first one at the side."""
    tab.say("here I am")
    tab.said("here I am")
    tab.page.evaluate(pace.SHIFTS)


def nothing_moved(tab: Tab) -> None:
    """And if something did, the browser would say so."""
    assert shifts(tab) == []
    tab.page.evaluate(LENGTHEN)
    assert shifts(tab) != []


def take(tab: Tab, other: Visitor, room: str, numbers: Iterable[int] = range(EACH)) -> None:
    for number in numbers:
        other.say(f"theirs {number}.\n" + "and so on\n" * (number % 2), room=room)
        tab.said(f"theirs {number}.")
        assert shifts(tab) == []


def talk(tab: Tab, other: Visitor, room: str) -> None:
    for number in range(EACH):
        tab.say(f"mine {number}.")
        tab.said(f"mine {number}.")
        assert shifts(tab) == []
    take(tab, other, room)


@pytest.fixture
def full(server: Server, two: Two, room: str) -> str:
    """A room of both, long enough for all that the document has."""
    name = f"full{room}"
    chronicle.fill_room(server, name, WINDOW + 2 * EACH, two)
    return name


def test_nothing_moves_in_a_new_room(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    watch(tab)
    talk(tab, two[1], room)
    nothing_moved(tab)


def test_nothing_moves_at_the_end_of_a_room(visit: Opener, server: Server, two: Two, full: str, screen: Screen) -> None:
    """Not even when the document has had enough and gives up its first messages."""
    tab = visit(server, two[0], f"/news_chat/?num={full}", viewport=screen).greeted()
    watch(tab)
    first = int(tab.page.locator(".message[data-seq]").first.get_attribute("data-seq") or 0)
    talk(tab, two[1], full)
    for start in range(EACH, WINDOW, EACH):
        take(tab, two[1], full, range(start, start + EACH))
        if tab.stored_message(first).count() == 0:
            break
    expect(tab.stored_message(first)).to_have_count(0)
    nothing_moved(tab)


def test_nothing_moves_for_a_reader_above(visit: Opener, server: Server, two: Two, full: str, screen: Screen) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={full}", viewport=screen).greeted()
    watch(tab)
    tab.page.locator(LIST).evaluate("list => { list.scrollTop -= 1_500; }")
    take(tab, two[1], full)
    nothing_moved(tab)
