"""The menu of one's own name, by pointer and by key, beside its button or as a sheet."""

import re
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
ROWS = ["Settings", "Profile", "Notifications", "Do not disturb", "Theme", "Language", "Keys", "Sign out"]


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, screen: Screen) -> Tab:
    return visit(server, two[0], viewport=screen).greeted()


def test_it_has_what_is_ones_own_and_closes_like_a_menu(tab: Tab, two: Two) -> None:
    me, rows = tab.page.locator("#me"), tab.page.get_by_role("menuitem")
    me.click()
    expect(rows.locator(".label")).to_have_text(ROWS)
    expect(me).to_have_attribute("aria-expanded", "true")
    expect(tab.page.locator(".menu .head")).to_contain_text(two[0].username)
    expect(tab.page.locator(".menu .head")).to_contain_text("online")
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    expect(rows).to_have_count(0)
    expect(me).to_be_focused()
    expect(me).to_have_attribute("aria-expanded", "false")
    me.click()
    tab.page.mouse.click(5, 5)
    expect(rows).to_have_count(0)


def test_the_arrows_go_round_and_a_row_leads_further(tab: Tab) -> None:
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = tab.page.evaluate(background)
    tab.page.locator("#me").press("Enter")
    rows = tab.page.get_by_role("menuitem")
    expect(rows.first).to_be_focused()
    tab.page.keyboard.press("ArrowUp")
    expect(rows.last).to_be_focused()
    tab.page.keyboard.press("Home")
    for _ in range(4):
        tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("menuitemradio", name="As the system")).to_be_focused()
    tab.page.keyboard.press("Home")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("menuitem", name="Theme")).to_be_focused()
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("menuitemradio", name="Dark").click()
    expect(tab.page.get_by_role("menuitemradio")).to_have_count(0)
    assert tab.page.evaluate(background) != light
    tab.page.locator("#me").click()
    expect(tab.page.get_by_role("menuitem", name="Theme")).to_contain_text("Dark")


def test_language_and_sign_out(tab: Tab) -> None:
    tab.page.locator("#me").click()
    tab.page.get_by_role("menuitem", name="Language").click()
    tab.page.get_by_role("menuitemradio", name="简体中文").click()
    expect(tab.page.locator("html")).to_have_attribute("lang", re.compile("^zh-hans$", re.IGNORECASE))
    tab.greeted().page.locator("#me").click()
    tab.page.get_by_role("menuitem", name="退出登录").click()
    expect(tab.page.get_by_role("button", name="登录")).to_be_visible()
