"""The dialog for the settings of page and account."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..conftest import SCREENS
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def test_theme_is_chosen_at_once_and_stays(tab: Tab) -> None:
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = tab.page.evaluate(background)
    tab.open_settings()
    tab.page.get_by_role("radio", name="Dark").check()
    dark = tab.page.evaluate(background)
    assert dark != light
    tab.page.reload()
    assert tab.page.evaluate(background) == dark
    tab.greeted()
    tab.open_settings()
    expect(tab.page.get_by_role("radio", name="Dark")).to_be_checked()
    tab.page.get_by_role("radio", name="As the system").check()
    assert tab.page.evaluate(background) == light
    assert "theme" not in [cookie.get("name") for cookie in tab.context.cookies()]


def test_a_phone_is_offered_nothing_of_a_desktop(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], viewport=SCREENS["phone"], has_touch=True, is_mobile=True).greeted()
    tab.open_settings()
    expect(tab.dialog).to_contain_text("notifications", ignore_case=True)
    expect(tab.dialog).not_to_contain_text("desktop", ignore_case=True)


def test_language_is_chosen_and_the_room_stays_open(tab: Tab) -> None:
    room = f"room-{uuid.uuid4().hex[:8]}"
    tab.enter(room)
    tab.open_settings()
    english = tab.page.get_by_role("button", name="English")
    expect(english).to_have_attribute("aria-current", "true")
    tab.page.get_by_role("button", name="简体中文").click()
    expect(tab.page.locator("html")).to_have_attribute("lang", re.compile("^zh-hans$", re.IGNORECASE))
    expect(tab.title).to_have_text(room)
    tab.greeted().page.locator("#me").click()
    tab.page.get_by_role("menuitem", name="设置").click()
    expect(tab.page.get_by_role("button", name="简体中文")).to_have_attribute("aria-current", "true")
    expect(english).not_to_have_attribute("aria-current", "true")


def test_account_is_left_from_the_settings(tab: Tab, two: Two) -> None:
    tab.open_settings()
    tab.page.get_by_role("link", name="Change password").click()
    expect(tab.page).to_have_url(re.compile("/password_change/$"))
    tab.page.go_back()
    tab.greeted().open_settings()
    expect(tab.dialog).to_contain_text(f"Signed in as {two[0].username}")
    tab.page.get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_role("button", name="Sign in")).to_be_visible()
