"""The devices in the settings: they are listed and ended, and a phone is let in with a QR code."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..axe import assert_good
from ..conftest import SCREENS
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PHONE = {
    "viewport": SCREENS["phone"],
    "user_agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/139.0.0.0 Mobile Safari/537.36",
}


@pytest.fixture
def account(visit: Opener, server: Server, two: Two) -> Tab:
    """Somebody who has a password, in the settings."""
    tab = visit(server, None, "/register/")
    tab.register(f"owner{two[0].userid}", f"Owner {two[0].userid}")
    tab.greeted().open_settings()
    return tab


def devices(tab: Tab) -> Locator:
    return tab.dialog.locator(".devices li")


def code_of(tab: Tab, button: Locator) -> str:
    """Presses a button that makes a code. Returns the address that the code has."""
    with tab.page.expect_response(lambda answer: answer.request.method == "POST") as made:
        button.click()
    expect(tab.dialog.get_by_role("img")).to_be_visible()
    answer: dict[str, Any] = made.value.json()
    return str(answer["url"])


def on_phone(tab: Tab) -> Locator:
    return tab.dialog.get_by_role("button", name="Sign in on a phone")


def test_a_phone_comes_in_once_it_is_let_in(account: Tab, visit: Opener, server: Server, two: Two) -> None:
    url = code_of(account, on_phone(account))
    phone = visit(server, None, url, **PHONE)
    expect(phone.page.get_by_role("main")).to_contain_text(f"Sign in as Owner {two[0].userid} on this device?")
    phone.page.get_by_role("button", name="Sign in").click()
    expect(phone.page.get_by_role("status")).to_contain_text("let Chrome on Android in")
    expect(account.dialog.get_by_role("status")).to_contain_text("Chrome on Android wants in, from 127.0.0.1")
    account.dialog.get_by_role("button", name="Let it in").click()
    phone.greeted()
    expect(account.dialog.get_by_role("status")).to_contain_text("Chrome on Android is signed in")
    account.dialog.get_by_role("button", name="Close").last.click()
    account.open_settings()
    expect(devices(account)).to_have_count(2)
    expect(devices(account).filter(has_text="Android")).to_contain_text("127.0.0.1")
    phone.may_say("status of 401")
    account.dialog.get_by_role("button", name="End: Chrome on Android").click()
    expect(account.dialog.get_by_role("status").filter(has_text="1 device was signed out")).to_be_focused()
    expect(devices(account)).to_have_count(1)
    expect(devices(account)).to_contain_text("this device")
    expect(phone.status).not_to_have_attribute("data-state", "online")


def test_no_keeps_it_out_and_so_does_a_dialog_that_is_closed(account: Tab, visit: Opener, server: Server) -> None:
    phone = visit(server, None, code_of(account, on_phone(account)), **PHONE)
    phone.page.get_by_role("button", name="Sign in").click()
    phone.may_say("status of 40[34]")
    account.dialog.get_by_role("button", name="No", exact=True).click()
    expect(phone.page.get_by_text("This was refused on your other device.")).to_be_visible()
    url = code_of(account, account.dialog.get_by_role("button", name="New code"))
    with account.page.expect_response(lambda answer: answer.request.method == "POST"):
        account.page.keyboard.press("Escape")
    phone.go(url)
    expect(phone.page.get_by_text("This code is not valid any more")).to_be_visible()


@pytest.mark.long
def test_what_is_ones_own_is_good(look: Callable[..., Tab], server: Server, two: Two) -> None:
    tab, me = look().greeted(), two[0].username
    account = f"{me[:1].lower()}{me[1:]}"

    def choose(number: int) -> None:
        tab.side()
        tab.page.locator("#me").click()
        tab.page.get_by_role("menuitem").nth(number).click()

    choose(1)
    expect(tab.dialog.get_by_role("textbox", name=re.compile("Name|昵称"))).to_be_visible()
    assert_good(tab, me, account, "B", "GB")
    tab.page.keyboard.press("Escape")
    choose(0)
    expect(devices(tab)).to_have_count(1)
    assert_good(tab, me, "127.0.0.1", "Chrome", "Linux", "English")
    url = code_of(tab, tab.dialog.locator(".devices + p + .row button").first)
    assert_good(tab)
    phone = look(url, None)
    assert_good(phone, me, "English")
    phone.page.locator("main button").click()
    expect(phone.page.locator("#waiting")).to_be_visible()
    assert_good(phone, "Chrome", "Linux", "English")
    expect(tab.dialog.locator(".actions button")).to_have_count(2)
    assert_good(tab, "127.0.0.1", "Chrome", "Linux")
