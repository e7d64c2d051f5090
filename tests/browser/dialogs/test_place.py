"""The menu of the place: the ways to rooms, messages and people."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, screen: Screen) -> Tab:
    opened = visit(server, two[0], viewport=screen).greeted()
    opened.side()
    return opened


def test_it_opens_by_its_button_and_closes_like_a_menu(tab: Tab) -> None:
    place, rows = tab.page.get_by_role("button", name="Dweb"), tab.page.get_by_role("menuitem")
    place.press("Enter")
    words = ["Find or open …", "New room", "New private chat", "Browse rooms", "Search messages", "People online"]
    expect(rows.locator(".label")).to_have_text(words)
    expect(rows.first).to_be_focused()
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    expect(rows).to_have_count(0)
    expect(place).to_be_focused()


def test_its_rows_lead_to_rooms_messages_and_people(tab: Tab) -> None:
    place = tab.page.locator("#place")
    place.click()
    tab.page.get_by_role("menuitem", name="Find or open").click()
    expect(tab.page.get_by_role("combobox")).to_be_focused()
    tab.page.keyboard.press("Escape")
    place.click()
    tab.page.get_by_role("menuitem", name="People online").click()
    expect(tab.dialog).to_have_accessible_name("People")
    tab.page.keyboard.press("Escape")
    place.click()
    tab.page.get_by_role("menuitem", name="Search messages").click()
    expect(tab.page.get_by_role("searchbox")).to_be_focused()
