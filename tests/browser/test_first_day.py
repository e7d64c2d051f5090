"""The first day of a place, without a command line: set up, a private room, an invitation, and two people who talk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server
from .axe import assert_good
from .tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.both_screens]


def test_from_an_empty_folder_to_two_people_in_a_private_room(
    visit: Callable[..., Tab], make_server: Callable[..., Server], screen: dict[str, int]
) -> None:
    server = make_server()
    path = re.findall(r"Set up your place at \w+://[^/]+(/\S+)", server.log())[-1]
    ada = visit(server, path=path, viewport=screen)
    ada.fill(place="Harbour", username="Ada", account="ada", password="correct horse")
    page = ada.greeted().page
    welcome = page.get_by_role("dialog", name="Welcome")
    expect(welcome.get_by_role("link", name="Who may join?")).to_be_visible()
    expect(welcome.get_by_label("Link of the invitation")).to_have_value(re.compile("/join/"))
    expect(welcome.get_by_role("img", name="The link as a code")).to_be_visible()
    assert_good(ada, "Ada", "ada", "Harbour")
    page.keyboard.press("Escape")
    expect(welcome).to_be_hidden()

    if page.locator("#to-rooms").is_visible():
        page.locator("#to-rooms").click()
    page.locator("#place").click()
    page.get_by_role("menuitem", name="New room").click()
    dialog = page.get_by_role("dialog", name="New room")
    dialog.get_by_label("Title").fill("Crew only")
    dialog.get_by_text("By invitation").click()
    dialog.get_by_role("button", name="Make this room").click()
    expect(page.locator("#title")).to_have_text("Crew only")
    ada.say("Is anybody there?")

    page.locator("#title").click()
    page.get_by_role("button", name="Invite by a link").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link of the invitation")
    expect(link).to_be_focused()
    expect(page.get_by_role("img", name="The link as a code")).to_be_visible()
    assert_good(ada, "Ada", "ada", "Harbour", "Crew only")
    copier = page.get_by_role("button", name="Copy the link")
    inside, beside, around = (each.bounding_box() for each in (link, copier, ada.dialog))
    assert inside
    assert beside
    assert around
    assert around["x"] + 12 <= inside["x"]
    assert inside["x"] + inside["width"] <= beside["x"]
    assert beside["x"] + beside["width"] <= around["x"] + around["width"] - 12
    assert inside["y"] < beside["y"] + beside["height"] / 2 < inside["y"] + inside["height"]
    address = link.input_value()
    page.keyboard.press("Escape")

    mira = visit(server, path=address.removeprefix(server.url), viewport=screen)
    expect(mira.page.get_by_text("Ada invites you.")).to_be_visible()
    assert_good(mira, "Ada", "Harbour", "Crew only")
    mira.fill(username="Mira", account="mira", password="correct horse")
    mira.greeted()
    expect(mira.page.locator("#title")).to_have_text("Crew only")
    mira.said("Is anybody there?")
    expect(mira.page.get_by_text("You came by invitation")).to_be_visible()
    mira.say("I am")
    if page.locator("#panel").get_by_role("button", name="Close").is_visible():
        page.locator("#panel").get_by_role("button", name="Close").click()
    ada.said("I am")
    expect(page.get_by_text("Mira came by invitation")).to_be_visible()
