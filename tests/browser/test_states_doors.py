"""Every state of rooms with doors: accessible in both themes, and all in one language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Visitor
from .axe import assert_good
from .tab import Tab

pytestmark = pytest.mark.browser

Two = tuple[Visitor, Visitor]


@pytest.fixture
def names(two: Two, room: str) -> list[str]:
    return [room, "Ctrl K", *(f"Person{number}" for number in range(2_000)), *(person.username for person in two)]


def test_dialogs_of_rooms(look: Callable[..., Tab], two: Two, room: str, names: list[str]) -> None:
    two[1].post(f"/rooms/{room}/", topic="午饭")
    tab = look(f"/news_chat/?num={room}").greeted()
    tab.may_say("status of 400")
    tab.look_for(room + "x").first.click()
    tab.dialog.get_by_role("combobox").fill(two[1].username)
    expect(tab.page.get_by_role("option", selected=True)).to_be_visible()
    assert_good(tab, room + "x", *names)
    tab.page.keyboard.press("Enter")
    tab.dialog.get_by_role("textbox").first.fill(room)
    tab.dialog.locator("button.main").click()
    expect(tab.dialog.get_by_role("alert")).not_to_be_empty()
    assert_good(tab, *names)
    tab.page.keyboard.press("Escape")
    tab.look_for("").last.click()
    tab.dialog.get_by_role("searchbox").fill(room)
    expect(tab.dialog.locator("li .name")).to_have_text([room])
    assert_good(tab, *names)


@pytest.mark.long
def test_what_moderators_do(look: Callable[..., Tab], two: Two, room: str, names: list[str]) -> None:
    members = f"/rooms/{room}/members/"
    two[0].post(members, userid=two[1].userid, mute=60, reason="吵")
    two[0].post(members, userid=two[1].userid, role="moderator")
    for fields in ({"topic": "午饭"}, {"kind": "private"}, {"frozen": 1}, {"archived": 1}, {"archived": 0}):
        two[0].post(f"/rooms/{room}/", **fields)
    tab = look(f"/news_chat/?num={room}").greeted()
    expect(tab.page.locator(".notice")).to_have_count(6)
    expect(tab.page.locator(".notice").last.locator("p")).to_be_visible()
    tab.open_details()
    expect(tab.details.locator("li")).to_have_count(2)
    assert_good(tab, *names)
    tab.details.locator("li > .icon-button").click()
    expect(tab.page.get_by_role("menuitem")).to_have_count(5)
    assert_good(tab, *names)
    tab.page.get_by_role("menuitem").last.click()
    expect(tab.dialog.get_by_role("textbox")).to_be_focused()
    assert_good(tab, *names)
    tab.page.keyboard.press("Escape")
    tab.details.locator(".edit button").click()
    expect(tab.details.get_by_role("textbox").first).to_be_focused()
    assert_good(tab, *names)
    tab.page.keyboard.press("Escape")
    two[0].post(members, userid=two[1].userid, role="owner")
    two[1].post(members, userid=two[0].userid, role="member")
    expect(tab.details.locator(".edit")).to_be_hidden()
    tab.page.keyboard.press("Escape")
    expect(tab.field).not_to_be_editable()
    assert_good(tab, *names)
