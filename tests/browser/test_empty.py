"""Places with nothing in them: each has a picture, a sentence, and something to do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .axe import violations
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


def test_a_room_leads_to_its_first_message(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> None:
    low, high = sorted(person.userid for person in two)
    for path, words in ((f"?num={room}", "Nothing has been said here yet."), (f"#@{low}.{high}", "Only you and")):
        tab = visit(server, two[0], f"/news_chat/{path}", viewport=screen).greeted()
        empty = tab.page.locator("#messages .empty")
        expect(empty).to_contain_text(words)
        expect(empty.locator(".avatar")).to_be_in_viewport()
        assert violations(tab.page) == []
        empty.get_by_role("button", name="Write a message").click()
        expect(tab.field).to_be_focused()
        tab.say("first")
        tab.said("first")
        expect(empty).to_have_count(0)


def test_a_room_that_cannot_be_read_says_why_alone(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], "about:blank://")
    tab.may_say("status of 400")
    body = {"msg": "error", "error": "bad_input", "detail": "Not this time."}
    tab.page.route("**/history/**", lambda route: route.fulfill(status=400, json=body))
    tab.go(f"/news_chat/?num={room}")
    expect(tab.page.locator("#messages .empty")).to_have_text("Messages could not be loaded: Not this time.")
    expect(tab.page.locator("#messages .empty button")).to_have_count(0)


def test_who_is_alone_can_copy_the_address_for_others(
    make_server: Callable[..., Server], visit: Opener, screen: Screen
) -> None:
    server = make_server()
    [ann, bob] = server.people(2)
    tab = visit(server, ann, viewport=screen).greeted()
    tab.side()
    tab.page.locator("#people").click()
    expect(tab.dialog).to_contain_text("Nobody else is here now.")
    expect(tab.dialog.locator(".blank")).to_be_visible()
    assert violations(tab.page) == []
    tab.page.evaluate("delete Navigator.prototype.clipboard")  # as over plain HTTP
    tab.dialog.get_by_role("button", name="Copy the address").click()
    expect(tab.dialog.get_by_role("button", name="Copied")).to_be_visible()
    with bob.greeted():
        expect(tab.options).to_have_count(1)
        expect(tab.dialog.locator(".blank")).to_be_hidden()
        expect(tab.dialog.get_by_role("button", name="Copied")).to_be_hidden()


def test_a_search_without_a_hit_has_a_picture(visit: Opener, server: Server, two: Two, room: str) -> None:
    two[1].say("zebra crossing", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.page.locator("#search").click()
    picture = tab.page.locator("#panel .blank")
    expect(picture).to_be_visible()
    tab.page.get_by_role("searchbox").fill("zebra")
    expect(tab.page.locator("#panel li > button")).to_have_count(1)
    expect(picture).to_be_hidden()
    tab.page.get_by_role("searchbox").fill("zebras")
    expect(tab.page.locator("#panel .words")).to_have_text("No message has this.")
    expect(picture).to_be_visible()
    clear = tab.page.get_by_role("button", name="Clear the filters")
    expect(clear).to_be_hidden()
    tab.page.get_by_role("searchbox").fill("zebra")
    tab.page.locator("#panel").get_by_role("combobox", name="When").select_option("days")
    tab.page.get_by_label("Before").fill("2020-01-01")
    clear.click()
    expect(tab.page.locator("#panel li > button")).to_have_count(1)
    expect(tab.page.get_by_role("searchbox")).to_be_focused()
    expect(clear).to_be_hidden()
