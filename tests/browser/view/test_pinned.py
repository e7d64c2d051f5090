"""Pinned rooms: they stand first, in all of a person's browsers, and the details say so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


def switch(tab: Tab) -> Locator:
    return tab.open_details().get_by_role("switch", name="Pinned: first in my list")


def rows(tab: Tab) -> Locator:
    return tab.page.locator("#lists button[data-room]")


def pinned(tab: Tab) -> Locator:
    return tab.page.locator("#pinned button[data-room]")


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> Tab:
    """The room is older than the private chat of the two."""
    two[1].say("in the room", room=room)
    two[1].say("in private", type="0", userto=two[0].userid)
    return visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()


def test_a_pinned_room_stands_first_and_its_section_goes_with_it(tab: Tab, room: str) -> None:
    expect(tab.page.locator("#lists h2", has_text="Pinned")).to_be_hidden()
    expect(switch(tab)).not_to_be_checked()
    switch(tab).press("Space")
    expect(switch(tab)).to_be_checked()
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    tab.side()
    expect(pinned(tab)).to_have_count(1)
    expect(rows(tab).first).to_have_attribute("data-room", room)
    tab.page.reload()
    tab.greeted()
    expect(pinned(tab)).to_have_attribute("data-room", room)
    if tab.page.locator("#composer").is_hidden():
        tab.room(room).click()
    switch(tab).click()
    expect(switch(tab)).not_to_be_checked()
    expect(pinned(tab)).to_have_count(0)


def test_other_browsers_of_ones_own_follow(tab: Tab, visit: Opener, server: Server, two: Two, room: str) -> None:
    here = visit(server, two[0]).greeted()
    there = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    switch(tab).click()
    expect(here.page.locator("#lists h2", has_text="Pinned")).to_be_visible()
    expect(pinned(here)).to_have_attribute("data-room", room)
    expect(switch(there)).not_to_be_checked()


def test_a_private_chat_and_the_lobby_can_be_pinned(visit: Opener, server: Server, two: Two) -> None:
    two[1].say("in private", type="0", userto=two[0].userid)
    low, high = sorted(person.userid for person in two)
    tab = visit(server, two[0], f"/news_chat/#@{low}.{high}").greeted()
    for name in (two[1].username, "Lobby"):
        tab.page.locator("#lists").get_by_role("button", name=name).click()
        expect(tab.title).to_have_text(name)
        switch(tab).click()
        expect(tab.page.locator("#pinned").get_by_role("button", name=name)).to_be_visible()
    expect(tab.page.locator("#rooms, #directs").locator("li")).to_have_count(0)


def test_a_row_of_a_phone_says_that_it_is_pinned(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport={"width": 390, "height": 844}).greeted()
    switch(tab).click()
    expect(switch(tab)).to_be_checked()
    tab.page.keyboard.press("Escape")
    tab.side()
    expect(tab.room(room)).to_contain_text("pinned")


def test_the_focus_goes_with_the_row(visit: Opener, server: Server, two: Two, room: str) -> None:
    tabs = [visit(server, two[0], f"/news_chat/?num={room}").greeted() for _ in range(2)]
    tabs[0].room(room).focus()
    switch(tabs[1]).click()
    expect(pinned(tabs[0])).to_have_count(1)
    expect(tabs[0].room(room)).to_be_focused()


def test_a_private_chat_that_nobody_began_cannot_be_pinned(visit: Opener, server: Server, two: Two) -> None:
    low, high = sorted(person.userid for person in two)
    tab = visit(server, two[0], f"/news_chat/#@{low}.{high}").greeted()
    expect(tab.open_details().get_by_role("switch")).to_be_hidden()
    two[1].say("now it is there", type="0", userto=two[0].userid)
    expect(tab.details.get_by_role("switch")).to_be_visible()


def test_who_undoes_their_leaving_has_the_room_pinned_again(tab: Tab, room: str) -> None:
    switch(tab).click()
    expect(switch(tab)).to_be_checked()
    tab.leave()
    tab.notice.get_by_role("button", name="Undo").click()
    expect(tab.title).to_have_text(room)
    expect(switch(tab)).to_be_checked()


def test_without_a_connection_it_stays_as_it_was(tab: Tab) -> None:
    expect(switch(tab)).not_to_be_checked()
    tab.page.evaluate("Object.defineProperty(WebSocket.prototype, 'readyState', { get: () => WebSocket.CLOSING })")
    switch(tab).click()
    expect(switch(tab)).not_to_be_checked()
    expect(tab.notice).to_contain_text("That needs a connection")
