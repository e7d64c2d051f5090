"""Do not disturb: chosen in the menu of one's name, for all tabs, until a time."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab
from .background import Background

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
HOUR = 3_600_000  # milliseconds


def choose(tab: Tab, words: str) -> None:
    tab.page.locator("#me").click()
    tab.page.get_by_role("menuitem", name="Do not disturb").click()
    tab.page.get_by_role("menuitemradio", name=words).click()


def quiet(tab: Tab) -> Locator:
    return tab.page.locator("#me.quiet")


def test_nothing_alerts_in_any_tab_until_the_time_is_over(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    one, _ = tabs.tabs
    choose(one, "For an hour")
    for tab in tabs.tabs:
        expect(quiet(tab)).to_have_count(1)
        expect(tab.page.locator("#me")).to_have_accessible_description("do not disturb")
    two[1].say("not now")
    for tab in tabs.tabs:
        expect(tab.page).to_have_title("(1) Lobby · Dweb")
    tabs.paused()
    assert tabs.shown == []
    one.context.clock.fast_forward(HOUR)
    for tab in tabs.tabs:
        expect(quiet(tab)).to_have_count(0)
    two[1].say("again")
    tabs.wait_for(1)
    assert [body for _, body in tabs.shown] == ["again"]


def test_it_is_kept_shown_in_the_menu_and_can_be_ended(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0]).greeted()
    choose(tab, "For a week")
    expect(quiet(tab)).to_have_count(1)
    tab.page.reload()
    expect(quiet(tab.greeted())).to_have_count(1)
    tab.page.locator("#me").click()
    row = tab.page.get_by_role("menuitem", name="Do not disturb")
    expect(row).to_contain_text("until")
    row.click()
    expect(tab.page.get_by_role("menuitemradio", checked=True)).to_contain_text("until")
    assert violations(tab.page) == []
    tab.page.get_by_role("menuitemradio", name="Off").click()
    expect(quiet(tab)).to_have_count(0)
