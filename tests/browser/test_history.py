"""Long rooms: older messages, and the place of who reads them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .tab import Tab

pytestmark = pytest.mark.browser

Visit = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PLACE = "message => Math.round(message.getBoundingClientRect().top)"


@pytest.fixture
def room(two: Two) -> str:
    """A room of both with 120 messages."""
    name = f"long{two[0].userid}"
    for person in two:
        person.get(f"/news_chat/?num={name}")
    for number in range(1, 121):
        two[0].say(f"line {number}\n" * (1 + number % 3), room=name)
    return name


def test_scrolling_up_loads_what_is_older_without_a_jump(visit: Visit, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    messages = tab.page.locator(".message")
    expect(messages).to_have_count(50)
    expect(messages.last).to_be_in_viewport(ratio=1)
    for count in (100, 120):
        first = tab.page.locator(f"[data-seq='{121 - (count - 50 if count == 100 else 100)}']")
        tab.page.locator("#messages").evaluate("list => { list.scrollTop = 60; }")
        place = first.evaluate(PLACE)
        expect(messages).to_have_count(count)
        assert abs(first.evaluate(PLACE) - place) <= 1
    numbers = [line.split()[0] for line in tab.stored("line")]
    assert numbers == [str(number) for number in range(1, 121)]


def test_new_message_leaves_the_reader_in_place_and_is_announced(
    visit: Visit, server: Server, two: Two, room: str
) -> None:
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    newest = tab.page.locator("[data-seq='120']")
    expect(newest).to_be_in_viewport(ratio=1)
    two[0].say("follows", room=room)
    expect(tab.page.locator("[data-seq='121']")).to_be_in_viewport(ratio=1)
    tab.page.locator("#messages").evaluate("list => { list.scrollTop -= 600; }")
    middle = tab.page.locator("[data-seq='110']")
    place = middle.evaluate(PLACE)
    button = tab.page.get_by_role("button", name="New messages")
    expect(button).to_be_hidden()
    two[0].say("further down", room=room)
    expect(button).to_be_visible()
    assert middle.evaluate(PLACE) == place
    button.click()
    expect(tab.message("further down")).to_be_in_viewport(ratio=1)
    expect(button).to_be_hidden()


def test_long_draft_does_not_cover_the_newest_message(visit: Visit, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    newest = tab.page.locator("[data-seq='120']")
    expect(newest).to_be_in_viewport(ratio=1)
    tab.field.fill("a\n" * 8)
    expect(newest).to_be_in_viewport(ratio=1)


def test_page_holds_the_newest_messages_of_a_busy_room(visit: Visit, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    messages = tab.page.locator(".message")
    expect(messages).to_have_count(50)
    for number in range(121, 721):
        two[0].say(f"line {number}", room=room)
    newest = tab.page.locator("[data-seq='720']")
    expect(newest).to_be_in_viewport(ratio=1)
    shown = [int(line.split()[0]) for line in tab.stored("line")]
    assert shown == list(range(shown[0], 721))
    assert len(shown) <= 600
    tab.page.locator("#messages").evaluate("list => { list.scrollTop = 0; }")
    expect(tab.page.locator(f"[data-seq='{shown[0] - 50}']")).to_have_count(1)
