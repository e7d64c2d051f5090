"""The list of a phone: rooms and private chats in one, each with its last line."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..conftest import SCREENS
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


@pytest.fixture
def phone(visit: Opener, server: Server, two: Two, room: str) -> Tab:
    two[0].say("the **old** plan", room=room)
    two[1].say("psst", type="0", userto=two[0].userid)
    two[0].say("the plan", room=room)
    tab = visit(server, two[0], viewport=SCREENS["phone"], has_touch=True, is_mobile=True).greeted()
    expect(line(tab, room)).to_have_text("You: the plan")
    return tab


def line(tab: Tab, room: str) -> Locator:
    return tab.room(room).locator(".last")


def direct(two: Two) -> str:
    low, high = sorted(person.userid for person in two)
    return f"@{low}.{high}"


def test_rooms_and_private_chats_stand_in_one_list_by_recency(phone: Tab, two: Two, room: str) -> None:
    rows = phone.page.locator("#lists button[data-room]")
    expect(rows.first).to_have_attribute("data-room", room)
    expect(rows.nth(1)).to_have_attribute("data-room", direct(two))
    expect(line(phone, direct(two))).to_have_text("psst")
    expect(phone.page.locator("#directs button")).to_have_count(0)
    expect(phone.page.locator("#lists h2:visible")).to_have_count(0)
    expect(phone.room(room).locator(".when")).not_to_be_empty()
    assert violations(phone.page) == []
    two[1].say("now this", type="0", userto=two[0].userid)
    expect(rows.first).to_have_attribute("data-room", direct(two))
    expect(line(phone, direct(two))).to_have_text("now this")


def test_the_line_follows_what_is_changed_and_deleted(phone: Tab, two: Two, room: str) -> None:
    two[0].post(type="edit", room=room, seq=2, txt="a better plan")
    expect(line(phone, room)).to_have_text("You: a better plan")
    two[0].post(type="edit", room=room, seq=1, txt="not the last one")
    two[0].post(type="delete", room=room, seq=2)
    expect(line(phone, room)).to_have_text("You: This message was deleted.")


def test_a_draft_stands_in_its_place(phone: Tab, room: str) -> None:
    phone.room(room).click()
    phone.field.fill("half a thought")
    phone.side()
    expect(line(phone, room)).to_have_text("Draft: half a thought")


def test_a_draft_goes_with_its_words(phone: Tab, room: str) -> None:
    phone.room(room).click()
    phone.field.fill("half a thought")
    phone.side()
    expect(line(phone, room)).to_have_text("Draft: half a thought")
    phone.room(room).click()
    phone.field.fill("")
    phone.side()
    expect(line(phone, room)).to_have_text("You: the plan")


def test_a_room_that_is_joined_has_its_line(phone: Tab, server: Server, two: Two) -> None:
    name = f"past{two[0].userid}"
    two[1].get(f"/news_chat/?num={name}")
    two[1].say("said before", room=name)
    two[0].get(f"/news_chat/?num={name}")
    expect(line(phone, name)).to_have_text(f"{two[1].username}: said before")


def test_words_with_markup_are_words(phone: Tab, two: Two, room: str) -> None:
    two[1].say("<b>bold</b>\n**and** `code`", type="0", userto=two[0].userid)
    expect(line(phone, direct(two))).to_have_text("<b>bold</b> and code")
    expect(line(phone, direct(two)).locator("b")).to_have_count(0)


def test_a_wider_window_has_two_lists_without_lines(phone: Tab, two: Two, room: str) -> None:
    phone.page.set_viewport_size({"width": 1280, "height": 800})
    expect(phone.page.locator("#directs button")).to_have_count(1)
    expect(phone.page.locator("#lists .last")).to_have_count(0)
    phone.page.set_viewport_size(SCREENS["phone"])  # type: ignore[arg-type]
    expect(phone.page.locator("#directs button")).to_have_count(0)
    expect(line(phone, room)).to_have_text("You: the plan")


def test_lines_that_cannot_be_had_come_later(visit: Opener, server: Server, two: Two, room: str) -> None:
    two[0].say("the plan", room=room)
    tab = visit(server, two[0], "about:blank://", viewport=SCREENS["phone"])
    tab.page.clock.install()
    tab.may_say("status of 503")
    tab.page.route("**/latest/*", lambda route: route.fulfill(status=503, json={"error": "unavailable", "detail": "."}))
    with tab.page.expect_response("**/latest/*"):
        tab.go("/news_chat/")
    expect(tab.greeted().room(room)).to_be_visible()
    tab.page.unroute("**/latest/*")
    with tab.page.expect_response("**/latest/*"):
        tab.page.clock.run_for(10_000)
    expect(line(tab, room)).to_have_text("You: the plan")
