"""The card of a person: by a click on a name or a picture, or by a key."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..axe import assert_good, violations
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> Tab:
    two[1].say("hello", room=room)
    two[0].say("good morning", room=room)
    opened = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    expect(opened.stored_message(2)).to_be_visible()
    return opened


@pytest.mark.parametrize("part", [".avatar", ".name"])
def test_a_name_and_a_picture_lead_to_a_private_chat(tab: Tab, two: Two, part: str) -> None:
    tab.stored_message(1).locator(part).click()
    card = tab.page.locator(".menu")
    expect(card).to_contain_text(two[1].username)
    expect(card).to_contain_text("not online")
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(tab.stored_message(1)).to_be_focused()
    tab.stored_message(1).locator(part).click()
    tab.page.get_by_role("menuitem", name="Message").click()
    expect(tab.title).to_have_text(two[1].username)


def test_the_card_of_the_newest_message_is_all_in_the_window(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    for number in range(30):
        two[1].say(f"line {number}", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport={"width": 1280, "height": 500}).greeted()
    tab.stored_message(30).focus()
    tab.page.keyboard.press("p")
    expect(tab.page.get_by_role("menuitem", name="Mention")).to_be_in_viewport(ratio=1)
    expect(tab.page.locator(".menu .head")).to_be_in_viewport(ratio=1)


def test_a_name_that_is_selected_stays_so(tab: Tab) -> None:
    tab.stored_message(1).hover()
    box = tab.stored_message(1).locator(".name").bounding_box()
    assert box
    tab.page.mouse.move(box["x"] + 1, box["y"] + 8)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 8, steps=4)
    tab.page.mouse.up()
    assert tab.page.evaluate("String(getSelection())")
    expect(tab.page.locator(".menu")).to_have_count(0)


def test_a_person_is_mentioned_where_the_caret_is(tab: Tab, two: Two, room: str) -> None:
    tab.field.fill("thanks")
    tab.stored_message(1).locator(".name").click()
    tab.page.get_by_role("menuitem", name="Mention").click()
    expect(tab.field).to_have_value(f"thanks @{two[1].username} ")
    expect(tab.field).to_be_focused()


def test_a_key_opens_it_and_ones_own_name_opens_ones_menu(tab: Tab, two: Two) -> None:
    tab.stored_message(1).focus()
    tab.page.keyboard.press("p")
    expect(tab.page.get_by_role("menuitem", name="Mention")).to_be_visible()
    tab.page.keyboard.press("Escape")
    tab.stored_message(2).locator(".name").click()
    expect(tab.page.get_by_role("menuitem", name="Sign out")).to_be_visible()


def test_it_has_the_rooms_of_both_and_what_time_it_is_there(
    visit: Opener, look: Opener, server: Server, two: Two, room: str
) -> None:
    """The person has signed in elsewhere, and the form has told their time zone."""
    account = two[1].get("/profile/").json()["account"]
    signing_in = visit(server, path="/", timezone_id="Asia/Tokyo")
    signing_in.sign_in(account, "unused")
    signing_in.greeted()
    names = [f"{room}-{number}" for number in range(6)]
    for name in names:
        for person in two:
            person.get(f"/news_chat/?num={name}")
    two[1].get(f"/news_chat/?num={room}-his")
    two[1].say("hello", room=room)
    tab = look(f"/news_chat/?num={room}").greeted()
    tab.stored_message(1).locator(".name").click()
    card = tab.page.locator(".menu")
    expect(card.locator(".head")).to_contain_text(account)
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    minutes = [f"{now + timedelta(minutes=by):%H:%M}" for by in range(-1, 3)]
    expect(card.locator("dd").last).to_contain_text(re.compile("|".join(minutes)))
    common = card.get_by_role("group").get_by_role("menuitem")
    expect(common).to_have_text([room, *names[:3], re.compile("3")])
    assert_good(tab, room, two[1].username)
    common.last.click()
    expect(card.get_by_role("menuitem")).to_have_count(8)  # and the way back
    expect(card).not_to_contain_text(f"{room}-his")
    card.get_by_role("menuitem", name=names[5]).click()
    expect(tab.title).to_have_text(names[5])
    expect(tab.page).to_have_url(re.compile(f"num={names[5]}"))
