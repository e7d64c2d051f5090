"""Where the page is used: on a phone, with a keyboard, over plain HTTP."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor, receive
from .network import Line
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE = {"width": 320, "height": 640}


def test_chat_works_where_the_browser_sees_no_secure_context(visit: Opener, server: Server, two: Two) -> None:
    """As on a LAN: a host name, and no TLS."""
    url = f"http://dweb.test:{server.port}"
    tabs = []
    for person in two:
        tab = visit(server, path="about:blank://")
        tab.sign_in_as(person, url)
        tab.go(f"{url}/news_chat/")
        tabs.append(tab.greeted())
    alice, bob = tabs
    assert alice.page.evaluate("() => [window.isSecureContext, typeof crypto.randomUUID]") == [False, "undefined"]
    alice.say("plain words")
    bob.say("plain answer")
    for tab in tabs:
        expect(tab.message("plain words")).to_have_count(1)
        expect(tab.message("plain answer")).to_have_count(1)


def test_nothing_is_wider_than_a_small_phone(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={'W' * 60}", viewport=PHONE).greeted()
    for text in ("x" * 4000, "https://example.org/" + "a" * 300, "很长的话" * 200):
        tab.say(text)
        expect(tab.message(text)).to_have_attribute("data-seq", "1" if text[0] == "x" else "2" if "/" in text else "3")
        assert tab.page.evaluate(OVERFLOW) == 0
        assert tab.page.locator("#messages").evaluate("list => list.scrollWidth - list.clientWidth") == 0
    tab.page.get_by_role("button", name="Rooms and people").click()
    expect(tab.room("lobby")).to_be_in_viewport(ratio=1)
    assert tab.page.evaluate(OVERFLOW) == 0
    for path in ("/password_change/", "/"):
        tab.go(path)
        assert tab.page.evaluate(OVERFLOW) == 0


def test_phone_shows_rooms_or_talk_and_counts_what_is_not_seen(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], "/news_chat/?num=lobby", viewport=PHONE).greeted()
    expect(tab.field).to_be_visible()
    expect(tab.room("lobby")).to_be_hidden()
    tab.page.get_by_role("button", name="Rooms and people").click()
    expect(tab.field).to_be_hidden()
    expect(tab.room("lobby")).to_be_focused()
    two[1].say("not looked at yet")
    expect(tab.room("lobby")).to_have_accessible_name(re.compile("^Lobby .*unread$"))
    tab.room("lobby").click()
    expect(tab.message("not looked at yet")).to_be_visible()
    expect(tab.page).to_have_title("Lobby · Dweb")


def test_a_phone_begins_with_the_lists_and_back_leads_there(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], viewport=PHONE).greeted()
    expect(tab.field).to_be_hidden()
    expect(tab.page).to_have_url(f"{server.url}/news_chat/")
    for leave in (tab.page.go_back, tab.page.get_by_role("button", name="Rooms and people").click):
        tab.room(room).click()
        expect(tab.title).to_have_text(room)
        expect(tab.field).to_be_visible()
        leave()
        expect(tab.field).to_be_hidden()
        expect(tab.room("lobby")).to_be_visible()
    tab.page.go_forward()
    expect(tab.field).to_be_visible()
    tab.page.reload()
    expect(tab.greeted().field).to_be_visible()
    tab.page.go_back()
    expect(tab.room("lobby")).to_be_visible()


def test_a_phone_that_opens_a_link_has_the_lists_one_step_back(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=PHONE).greeted()
    expect(tab.title).to_have_text(room)
    expect(tab.field).to_be_visible()
    tab.page.go_back()
    expect(tab.field).to_be_hidden()
    expect(tab.room(room)).to_be_visible()


def test_a_phone_counts_what_is_for_one_elsewhere(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=PHONE).greeted()
    two[1].say("in the lobby")
    for number in range(3):
        two[1].say(f"to you {number}", type="0", userto=two[0].userid)
    expect(tab.page.get_by_role("button", name="Rooms and people, 3 for you")).to_have_text("3")


def test_a_phone_says_above_the_lists_that_the_connection_is_lost(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], viewport=PHONE).greeted()
    tab.may_lose_connection()
    line = Line(tab)
    line.cut()
    expect(tab.status).to_contain_text("The connection is lost.")
    expect(tab.status).to_be_in_viewport()
    expect(tab.room("lobby")).to_be_visible()


def test_nobody_is_said_to_be_away_who_may_be_one_of_many(make_server: Callable[..., Server], visit: Opener) -> None:
    """The server names some of those who are online."""
    server = make_server(PRESENCE_MAX_PEOPLE=1)
    one, *others = server.people(3)
    sockets = [other.greeted() for other in others]
    while [each["userid"] for each in receive(sockets[1], "presence")["joined"]] != [others[1].userid]:
        pass  # whoever comes is told to those who are there
    for other in others:
        tab = visit(server, one, f"/news_chat/#@{one.userid}.{other.userid}").greeted()
        expect(tab.page.locator("#online")).to_have_text("3")
        expect(tab.title).to_have_text(re.compile("."))
        expect(tab.page.locator("#subtitle")).not_to_have_text("not online")
        tab.context.close()
    for socket in sockets:
        socket.close()


def test_keyboard_alone_opens_a_private_chat_and_keeps_its_place(visit: Opener, server: Server, two: Two) -> None:
    alice = visit(server, two[0]).greeted()
    bob = visit(server, two[1]).greeted()
    expect(alice.person(two[1])).to_be_visible()
    bob.say("the lists are drawn anew")
    expect(alice.message("the lists are drawn anew")).to_have_count(1)
    alice.page.keyboard.type(two[1].username)
    expect(alice.person(two[1])).to_have_attribute("aria-selected", "true")
    alice.page.keyboard.press("Enter")
    expect(alice.title).to_have_text(two[1].username)
    expect(alice.field).to_be_focused()
    alice.page.keyboard.type("by hand")
    alice.page.keyboard.press("Enter")
    expect(alice.message("by hand")).to_have_attribute("data-seq", "1")
