"""Who has read what, who is typing, and what is new: on a desktop and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .network import Line
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


def direct_path(two: Two) -> str:
    low, high = sorted(person.userid for person in two)
    return f"/news_chat/#@{low}.{high}"


def test_what_was_read_in_one_tab_is_read_in_the_other_and_after_a_reload(
    visit: Opener, server: Server, two: Two, screen: Screen
) -> None:
    laptop, phone = (visit(server, two[0], viewport=screen).greeted() for _ in range(2))
    two[1].say("are you there?", type="0", userto=two[0].userid)
    for tab in (laptop, phone):
        tab.side()
        expect(tab.direct(two[1]).get_by_label("1 for you")).to_be_visible()
    laptop.direct(two[1]).click()
    expect(laptop.message("are you there?")).to_be_visible()
    expect(phone.direct(two[1]).locator(".for-me")).to_have_count(0)
    expect(phone.page).to_have_title("Lobby · Dweb")
    phone.page.reload()
    phone.greeted().side()
    expect(phone.direct(two[1]).locator(".for-me")).to_have_count(0)


def test_private_message_shows_when_it_was_seen(visit: Opener, server: Server, two: Two, screen: Screen) -> None:
    alice = visit(server, two[0], direct_path(two), viewport=screen).greeted()
    alice.say("first")
    alice.say("second")
    expect(alice.stored_message(2)).to_have_count(1)
    expect(alice.page.get_by_text("Seen")).to_have_count(0)
    bob = visit(server, two[1], direct_path(two), viewport=screen).greeted()
    expect(bob.texts).to_have_text(["first", "second"])
    expect(alice.stored_message(2).get_by_text("Seen")).to_be_visible()
    expect(alice.page.get_by_text("Seen")).to_have_count(1)
    alice.page.reload()
    expect(alice.stored_message(2).get_by_text("Seen")).to_be_visible()
    bob.field.fill("an answer")
    bob.page.locator(".send").click()
    expect(alice.texts).to_have_text(["first", "second", "an answer"])
    expect(alice.page.get_by_text("Seen")).to_have_count(0)  # the answer says so


def test_who_is_typing_is_shown_until_they_have_said_it(
    visit: Opener, server: Server, two: Two, screen: Screen
) -> None:
    alice, bob = (visit(server, person, direct_path(two), viewport=screen).greeted() for person in two)
    alice.say("hello")  # makes the room
    expect(bob.texts).to_have_text(["hello"])
    bob.field.press_sequentially("hm")
    expect(alice.page.locator("#typing")).to_have_text(f"{two[1].username} is typing …")
    expect(bob.page.locator("#typing")).to_have_text("")
    bob.field.press("Enter")
    expect(alice.texts).to_have_text(["hello", "hm"])
    expect(alice.page.locator("#typing")).to_have_text("")


def test_line_stands_where_the_unread_began_while_the_page_was_hidden(
    visit: Opener, server: Server, two: Two, screen: Screen
) -> None:
    room = f"line{two[0].userid}"
    two[1].get(f"/news_chat/?num={room}")
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    two[1].say("seen", room=room)
    expect(tab.message("seen")).to_be_visible()
    tab.hide()
    two[1].say("not seen", room=room)
    expect(tab.page).to_have_title(f"(1) {room} · Dweb")
    tab.hide(False)
    expect(tab.page).to_have_title(f"{room} · Dweb")
    order = tab.page.locator("#messages > :is(.message, .unread-line)")
    expect(order).to_contain_text(["seen", "New", "not seen"])
    tab.say("I am back")
    expect(tab.message("I am back")).to_have_attribute("data-seq", "3")
    expect(order).to_contain_text(["seen", "New", "not seen", "I am back"])
    tab.side()
    tab.room("lobby").click()
    tab.side()
    tab.room(room).click()
    expect(tab.message("I am back")).to_be_visible()
    expect(tab.page.locator(".unread-line")).to_have_count(0)


def test_messages_stand_together_by_author_under_their_day(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    for person, text in ((two[0], "a"), (two[0], "b"), (two[1], "c"), (two[0], "d")):
        person.say(text, room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    expect(tab.page.locator("#messages > .day")).to_have_text(["Today"])
    expect(tab.texts).to_have_text(["a", "b", "c", "d"])
    expect(tab.page.locator(".message > .avatar")).to_have_count(3)
    of_all = "all => all.map(each => getComputedStyle(each).backgroundColor)"
    colours = tab.page.locator(".message > .avatar").evaluate_all(of_all)
    assert colours[0] == colours[2] != colours[1]
    for seq in range(1, 5):
        assert tab.stored_message(seq).locator("time").get_attribute("title")


def test_reconnect_brings_what_is_new_without_moving_the_reader_or_the_draft(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    for number in range(1, 81):
        two[0].say(f"line {number}", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    expect(tab.stored_message(80)).to_be_in_viewport()
    tab.page.locator("#messages").evaluate("list => { list.scrollTop -= 900 }")
    tab.field.fill("half a thought")
    expect(tab.page.locator("#to-end")).to_be_visible()
    # Whatever is taken out of the list, or moves in it, is noted.
    place = tab.page.evaluate(
        """() => {
            const list = document.querySelector("#messages");
            const kept = [...list.querySelectorAll(".message")].find(each => each.offsetTop > list.scrollTop);
            window.removed = 0;
            new MutationObserver(changes => changes.forEach(change => { removed += change.removedNodes.length }))
                .observe(list, {childList: true});
            window.kept = kept;
            return kept.getBoundingClientRect().top;
        }"""
    )
    tab.may_lose_connection()
    tab.may_say("ERR_INTERNET_DISCONNECTED")
    tab.context.set_offline(True)
    tab.page.evaluate("window.dispatchEvent(new Event('offline'))")
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    for number in range(81, 91):
        two[1].say(f"line {number}", room=room)
    tab.context.set_offline(False)
    expect(tab.page.locator("#to-end")).to_have_text("10 new messages ↓")
    assert tab.page.evaluate("() => [kept.getBoundingClientRect().top, kept.isConnected, removed]") == [place, True, 0]
    expect(tab.field).to_have_value("half a thought")


@pytest.mark.parametrize("before", [0, 3])
def test_what_is_said_in_a_room_that_was_joined_is_unread_later(
    visit: Opener, server: Server, two: Two, screen: Screen, before: int
) -> None:
    room = f"joined{before}x{two[0].userid}"
    two[1].get(f"/news_chat/?num={room}")
    for number in range(before):
        two[1].say(f"before {number}", room=room)
    tab = visit(server, two[0], viewport=screen).greeted()
    tab.enter(room)
    expect(tab.page.locator("#messages")).to_have_attribute("aria-busy", "false")
    expect(tab.texts).to_have_count(before)
    tab.go("about:blank://")
    for number in range(4):
        two[1].say(f"later {number}", room=room)
    tab.go("/news_chat/")
    tab.greeted().side()
    expect(tab.room(room)).to_have_accessible_name(re.compile(f"^{room} .*unread$"))
    tab.room(room).click()
    expect(tab.page.locator("#messages > :is(.message, .unread-line)").nth(before)).to_have_text(re.compile("New$"))


def test_what_was_read_on_another_device_while_this_one_was_away_is_read(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    laptop = visit(server, two[0], viewport=screen).greeted()
    laptop.may_lose_connection()
    line = Line(laptop)
    line.cut()
    expect(laptop.status).to_contain_text("The connection is lost.")
    for number in range(5):
        two[1].say(f"line {number}", room=room)
    phone = visit(server, two[0], viewport=screen).greeted()
    mobile = Line(phone)
    phone.side()
    expect(phone.room(room)).to_have_accessible_name(re.compile(f"^{room} .*unread$"))
    phone.room(room).click()
    mobile.until_read(room, two[0].userid, 5)
    phone.context.close()
    laptop.page.evaluate(
        """() => {
            window.told = [];
            Notification = class { static permission = "granted"; constructor(title) { told.push(title); } };
        }"""
    )
    laptop.hide()
    line.whole = True
    laptop.greeted()
    two[1].say("one more", room=room)
    expect(laptop.page).to_have_title("(1) Lobby · Dweb")
    laptop.page.wait_for_function("() => told.length")
    assert laptop.page.evaluate("told") == [f"{two[1].username} in {room}"]


def test_edits_and_deletions_are_not_unread_after_a_reload(
    visit: Opener, server: Server, two: Two, screen: Screen
) -> None:
    tab = visit(server, two[0], direct_path(two), viewport=screen).greeted()
    line = Line(tab)
    for number in range(3):
        two[1].say(f"line {number}", type="0", userto=two[0].userid)
    expect(tab.stored_message(3)).to_be_visible()
    room = direct_path(two).split("#")[1]
    line.until_read(room, two[0].userid, 3)
    tab.go("/news_chat/")
    tab.greeted()
    for number in range(3):
        assert two[1].post(type="edit", room=room, seq=1, txt=f"edit {number}").status == 200
    assert two[1].post(type="delete", room=room, seq=2).status == 200
    two[1].say("line 4", type="0", userto=two[0].userid)
    for _ in range(2):
        expect(tab.page).to_have_title("(1) Lobby · Dweb")
        tab.side()
        expect(tab.direct(two[1]).get_by_label("1 for you")).to_be_visible()
        tab.page.reload()
        tab.greeted()
