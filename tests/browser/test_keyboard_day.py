"""The first day of an owner who has a keyboard and nothing else: from the first run to removing a member."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from ..support.server import Server
from .axe import violations
from .tab import Tab

pytestmark = pytest.mark.browser

FAR = 80  # presses of Tab


def reach(page: Page, target: Locator) -> None:
    """Goes there by Tab."""
    expect(target).to_be_visible()
    for _ in range(FAR):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab leads never to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    reach(page, target)
    page.keyboard.press(key)


def choose(page: Page, name: str) -> None:
    """An item of the menu that is open, by the arrows."""
    item = page.get_by_role("menuitem", name=name, exact=True)
    expect(item).to_be_visible()
    for _ in range(FAR):
        if item.evaluate("each => each === document.activeElement"):
            return page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows lead never to {name}")


def test_by_keyboard_alone(visit: Callable[..., Tab], make_server: Callable[..., Server]) -> None:
    server = make_server()
    ada = visit(server, path=re.findall(r"Set up your place at \w+://[^/]+(/\S+)", server.log())[-1])
    page = ada.page
    for name, words in {"place": "Harbour", "username": "Ada", "account": "ada", "password": "correct horse"}.items():
        reach(page, page.locator(f"[name={name}]"))
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    ada.greeted()
    expect(page.get_by_role("dialog", name="Welcome")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Welcome")).to_be_hidden()

    press(page, page.locator("#place"))
    choose(page, "New room")
    dialog = page.get_by_role("dialog", name="New room")
    reach(page, dialog.get_by_label("Title"))
    page.keyboard.type("Crew only")
    reach(page, dialog.get_by_role("radio", checked=True))
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name="By invitation")).to_be_checked()
    press(page, dialog.get_by_role("button", name="Make this room"))
    expect(ada.title).to_have_text("Crew only")

    press(page, ada.title)
    press(page, page.get_by_role("button", name="Invite by a link"))
    press(page, page.get_by_role("button", name="Make a link"))
    link = page.get_by_label("Link of the invitation")
    expect(link).to_be_focused()
    mira = visit(server, path=link.input_value().removeprefix(server.url))
    mira.fill(username="Mira", account="mira", password="correct horse")
    expect(mira.greeted().title).to_have_text("Crew only")
    page.keyboard.press("Escape")

    press(page, ada.details.get_by_role("button", name="More for Mira"))
    choose(page, "Remove …")
    expect(ada.dialog).to_be_visible()
    reach(page, ada.dialog.get_by_role("textbox"))
    page.keyboard.type("moved to another team")
    assert violations(page) == []
    press(page, ada.dialog.get_by_role("button", name="Remove"))
    expect(mira.notice).to_contain_text("You are no longer in the room Crew only.")
    expect(ada.details.locator("li")).to_have_count(1)
    page.wait_for_function("() => document.activeElement !== document.body")
