"""The server goes away and comes back while people write."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor, receive
from ..network import Line
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def test_both_write_while_the_server_restarts_and_end_with_the_same_list(
    make_server: Callable[..., Server], visit: Opener
) -> None:
    server = make_server()
    alice, bob = [visit(server, person).greeted() for person in server.people(2)]
    for number in range(5):
        alice.say(f"alice before {number}")
        bob.say(f"bob before {number}")
    for tab in (alice, bob):
        tab.may_lose_connection()
    server.stop()
    for tab in (alice, bob):
        expect(tab.status).to_contain_text("The connection is lost.")
    for number in range(5):
        alice.say(f"alice during {number}")
        bob.say(f"bob during {number}")
    for tab in (alice, bob):
        expect(tab.page.locator(".message.pending")).to_have_count(5)
    server.start()
    for number in range(5):
        alice.say(f"alice after {number}")
        bob.say(f"bob after {number}")
    for tab in (alice, bob):
        expect(tab.greeted().status).to_be_hidden()
        expect(tab.page.locator(".message[data-seq]")).to_have_count(30)
        expect(tab.page.locator(".message[data-cid]")).to_have_count(0)
    shown = alice.stored("")
    assert bob.stored("") == shown
    assert [int(line.split()[0]) for line in shown] == list(range(1, 31))
    for name in ("alice", "bob"):
        said = [line.split(" ", 1)[1] for line in shown if f" {name} " in line]
        assert said == [f"{name} {when} {number}" for when in ("before", "during", "after") for number in range(5)]


def test_what_was_said_while_one_was_away_comes_with_the_connection(visit: Opener, server: Server, two: Two) -> None:
    """In the room that is open, in another one, and in a private chat that began meanwhile."""
    one, other = two
    here, elsewhere = f"here{one.userid}", f"elsewhere{one.userid}"
    tab = visit(server, one).greeted()
    tab.may_lose_connection()
    line = Line(tab)
    for room in (elsewhere, here):
        for person in two:
            person.get(f"/news_chat/?num={room}")
        tab.room(room).click()
        expect(tab.title).to_have_text(room)
    line.cut()
    expect(tab.status).to_contain_text("The connection is lost.")
    for number in range(60):
        other.say(f"line {number}", room=here)
    other.say("in the other room", room=elsewhere)
    other.say("in private", type="0", userto=one.userid)
    expect(tab.texts).to_have_count(0)
    line.whole = True
    expect(tab.texts).to_have_text([f"line {number}" for number in range(60)])
    expect(tab.room(elsewhere)).to_have_accessible_name(f"{elsewhere} unread")
    private = tab.direct(other)
    expect(private.get_by_label("1 for you")).to_be_visible()
    private.click()
    expect(tab.texts).to_have_text(["in private"])


def test_pending_message_survives_a_reload(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], f"/news_chat/?num=tunnel{two[0].userid}").greeted()
    tab.page.route("**/msg_send/", lambda route: route.abort())
    tab.may_say("ERR_FAILED")
    tab.say("written in a tunnel")
    expect(tab.message("written in a tunnel").locator(".text")).to_have_attribute("data-state", "Sending …")
    tab.page.unroute("**/msg_send/")
    tab.page.reload()
    expect(tab.message("written in a tunnel")).to_have_attribute("data-seq", "1")


def test_silent_server_is_noticed_when_the_page_is_seen_again(
    make_server: Callable[..., Server], visit: Opener
) -> None:
    """A computer that slept believes in its connection until somebody asks."""
    server = make_server()
    tab = visit(server, server.people(1)[0]).greeted()
    tab.page.clock.install()
    tab.go("/news_chat/")
    tab.greeted()
    tab.may_lose_connection()
    worker = server.worker
    worker.suspend()
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.page.clock.fast_forward(11_000)
    expect(tab.status).to_contain_text("The connection is lost.")
    worker.resume()
    tab.page.clock.fast_forward(30_000)
    expect(tab.greeted().status).to_be_hidden()


def test_connection_that_dies_in_silence_is_noticed_by_a_page_that_is_looked_at(
    visit: Opener, server: Server, two: Two
) -> None:
    """As after a network has lost it. While it lives, it is asked in vain for nothing."""
    tab = visit(server, two[0]).greeted()
    tab.may_lose_connection()
    tab.page.clock.install()
    line = Line(tab)
    for times in range(1, 4):
        tab.page.clock.fast_forward(76_000)
        line.until_answered("pong", times)
        tab.page.clock.fast_forward(11_000)
        expect(tab.status).to_have_attribute("data-state", "online")
    line.silent = True
    tab.hide()
    tab.page.clock.fast_forward(76_000)
    assert line.asked.count("ping") == 3
    tab.hide(False)  # asks at once, by a greeting
    tab.page.clock.fast_forward(11_000)
    expect(tab.status).to_contain_text("The connection is lost.")
    line.silent = False
    tab.page.clock.fast_forward(30_000)
    tab.greeted()
    line.silent = True
    tab.page.clock.fast_forward(76_000)
    line.until_asked("ping", 4)
    tab.page.clock.fast_forward(11_000)
    expect(tab.status).to_contain_text("The connection is lost.")


def test_handshake_that_is_not_answered_is_given_up(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0]).greeted()
    tab.page.clock.install()
    tab.page.add_init_script(
        "WebSocket = class extends EventTarget { static OPEN = 1; readyState = 0; close() { globalThis.ended = 1; } };"
    )
    tab.go("/news_chat/")
    expect(tab.status).to_have_attribute("data-state", "connecting")
    tab.may_say("status of 426")
    tab.page.clock.fast_forward(31_000)
    expect(tab.status).to_contain_text("The connection is lost.")
    assert tab.page.evaluate("ended")


def test_room_that_was_left_on_another_device_meanwhile_goes_without_a_word(
    visit: Opener, server: Server, two: Two
) -> None:
    rooms = [f"{name}{two[0].userid}" for name in ("left", "kept")]
    for room in rooms:
        two[0].get(f"/news_chat/?num={room}")
    tab = visit(server, two[0]).greeted()
    tab.may_lose_connection()
    line = Line(tab)
    expect(tab.room(rooms[0])).to_be_visible()
    line.cut()
    expect(tab.status).to_contain_text("The connection is lost.")
    with two[0].greeted() as socket:
        socket.send(json.dumps({"type": "leave", "room": rooms[0]}))
        receive(socket, "room")
    line.whole = True
    line.until_answered("ready")
    expect(tab.room(rooms[0])).to_have_count(0)
    expect(tab.room(rooms[1])).to_be_visible()
    expect(tab.notice).to_be_hidden()
