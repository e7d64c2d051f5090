"""From an empty server to two people who talk: the place is set up, and who registers is let in by its admin."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server
from .axe import assert_good
from .conftest import SCREENS
from .tab import Tab

pytestmark = pytest.mark.browser

LET_IN = """
from Dweb.accounts import approval
from Dweb.models import User
approval.approve(User.objects.get(account="ada"), User.objects.get(account="mira"))
"""
LONG = "The Association of Friends of the Old Harbour and its Boats"


def test_a_place_is_set_up_and_who_registers_is_let_in(
    visit: Callable[..., Tab], make_server: Callable[..., Server]
) -> None:
    server = make_server(PLACE="registration=approval")
    path = re.findall(r"Set up your place at \w+://[^/]+(/\S+)", server.log())[-1]
    for language in ("zh-CN", "en-GB"):
        ada = visit(server, path="/", locale=language, color_scheme="dark")
        assert_good(ada)
        ada.go(path)
        assert_good(ada)
    ada.fill(place=LONG, username="Ada", account="ada", password="12345678")
    expect(ada.page.locator("[name=password]")).to_be_focused()
    assert_good(ada)
    ada.fill(password="correct horse")
    ada.greeted()
    expect(ada.page).to_have_title(f"Lobby · {LONG}")
    place, me = (ada.page.locator(id).bounding_box() for id in ("#place", "#me"))
    assert place["x"] + place["width"] <= me["x"]

    mira = visit(server, path="/", viewport=SCREENS["phone"])
    mira.page.get_by_role("link", name="Make an account").click()
    mira.fill(username="Mira", account="mira", password="correct horse")
    expect(mira.page.get_by_role("heading", name="An admin must let you in")).to_be_visible()
    assert_good(mira, "Mira", "mira", LONG)
    mira.page.get_by_role("button", name="Look again").click()
    expect(mira.page.get_by_role("heading", name="An admin must let you in")).to_be_visible()
    ada.page.reload()
    ada.page.locator("#me").click()
    expect(ada.page.get_by_role("menuitem", name="Manage the place")).to_contain_text("1 waits")
    ada.page.keyboard.press("Escape")
    mira.page.set_viewport_size(SCREENS["wide"])
    server.run("manage.py", "shell", "--no-imports", "-c", LET_IN)
    expect(mira.field).to_be_visible(timeout=30_000)  # by itself
    mira.greeted().say("I am in")
    ada.said("I am in")
