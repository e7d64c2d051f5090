"""Messages and requests that the server refuses."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from ..support.server import Server, Visitor
from .network import Held
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

BLANK_TO_THE_SERVER = "\x1c"  # white space in Python, but not in JavaScript


@pytest.fixture
def alice(visit: Opener, server: Server, two: Two) -> Tab:
    """In a room of her own."""
    return visit(server, two[0], f"/news_chat/?num=alone{two[0].userid}").greeted()


def test_refused_message_says_why_and_can_be_discarded(alice: Tab) -> None:
    alice.may_say("status of 400")
    alice.say(BLANK_TO_THE_SERVER)
    failed = alice.page.locator(".message.failed")
    expect(failed).to_contain_text("Not sent: The message is empty.")
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_contain_text("Not sent: The message is empty.")
    alice.page.reload()
    expect(failed).to_contain_text("Not sent: The message is empty.")
    failed.get_by_role("button", name="Discard").click()
    expect(alice.page.locator(".message.own")).to_have_count(0)
    alice.page.reload()
    alice.greeted().say("goes on")
    expect(alice.message("goes on")).to_have_attribute("data-seq", "1")
    expect(failed).to_have_count(0)


def test_what_is_dismissed_or_discarded_does_not_take_the_focus_along(alice: Tab) -> None:
    alice.may_say("status of 400")
    alice.say(BLANK_TO_THE_SERVER)
    failed = alice.page.locator(".message.failed")
    failed.get_by_role("button", name="Discard").press("Enter")
    expect(failed).to_have_count(0)
    expect(alice.page.locator("#messages")).to_be_focused()
    alice.say("x" * 4001)
    alice.notice.get_by_role("button", name="Dismiss").press("Enter")
    expect(alice.notice).to_be_hidden()
    expect(alice.field).to_be_focused()
    expect(alice.open_details()).to_contain_text("1 member")
    alice.details.get_by_role("button", name="Leave the room").press("Enter")
    alice.dialog.get_by_role("button", name="Leave").press("Enter")
    expect(alice.title).to_have_text("Lobby")
    expect(alice.details.get_by_role("button", name="Leave the room")).to_have_count(0)
    expect(alice.page.locator("#messages")).to_be_focused()


def test_screen_readers_learn_of_a_message_that_was_refused(alice: Tab) -> None:
    alice.may_say("status of 400")
    alice.say(BLANK_TO_THE_SERVER)
    expect(alice.page.locator("#announcer")).to_have_text("Not sent: The message is empty.")


def test_answer_that_breaks_off_says_nothing(alice: Tab) -> None:
    """Whether the message was stored is not known then: it is sent again."""
    alice.page.route("**/msg_send/", lambda route: route.fulfill(body='{"msg":'), times=1)
    alice.say("said once")
    expect(alice.message("said once")).to_have_attribute("data-seq", "1")
    expect(alice.page.locator("[data-cid]")).to_have_count(0)


def test_refused_message_goes_out_once_the_server_takes_it(alice: Tab) -> None:
    def refuse(route: Route) -> None:
        body = {"msg": "error", "error": "forbidden", "detail": "Not today."}
        route.fulfill(status=403, json=body)

    alice.may_say("status of 403")
    alice.page.route("**/msg_send/", refuse)
    alice.say("please")
    expect(alice.message("please")).to_contain_text("Not sent: Not today.")
    alice.page.unroute("**/msg_send/")
    alice.page.get_by_role("button", name="Try again").click()
    expect(alice.message("please")).to_have_attribute("data-seq", "1")
    expect(alice.message("please")).to_have_count(1)


def test_answer_that_is_lost_makes_no_second_message(alice: Tab) -> None:
    """The server stores the message, but the page never hears of it and sends it again."""

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    alice.may_say("ERR_FAILED")
    alice.page.route("**/msg_send/", lose_answer, times=1)
    with alice.page.expect_request_finished(lambda request: request.url.endswith("/msg_send/")):
        alice.say("only once")
        alice.say("after it")
    expect(alice.message("after it")).to_have_attribute("data-seq", "2")
    assert alice.stored("once") == ["1 only once"]


def test_message_that_is_too_long_stays_in_the_field(alice: Tab) -> None:
    alice.say("😀" * 4001)
    expect(alice.notice).to_contain_text("A message has at most 4000 characters; this has 4001.")
    alice.say("😀" * 4000)
    expect(alice.notice).to_be_hidden()
    expect(alice.field).to_have_value("")
    expect(alice.page.locator(".message[data-seq]").last).to_contain_text("😀" * 100)


def test_a_room_that_cannot_be_made_says_why_and_nothing_is_lost(alice: Tab) -> None:
    alice.may_say("status of 400")
    title = "p\u0430ypal"  # one of its letters is Cyrillic
    alice.look_for(title).first.click()
    alice.dialog.get_by_role("textbox", name="Topic").fill("money")
    alice.dialog.get_by_role("button", name="Make this room").click()
    expect(alice.dialog.get_by_role("alert")).to_contain_text("may not mix letters")
    expect(alice.dialog.get_by_role("textbox", name="Title")).to_have_value(title)
    expect(alice.dialog.get_by_role("textbox", name="Topic")).to_have_value("money")


def test_history_that_cannot_be_had_is_told_and_can_be_tried_again(alice: Tab, two: Two) -> None:
    room = f"later{two[0].userid}"
    two[0].get(f"/news_chat/?num={room}")
    two[0].say("is there", room=room)
    alice.may_say("status of 503")
    body = {"msg": "error", "error": "unavailable", "detail": "The database does not answer."}
    alice.page.route("**/history/**", lambda route: route.fulfill(status=503, json=body))
    alice.room(room).click()
    expect(alice.notice).to_contain_text("The database does not answer.")
    expect(alice.page.locator("#messages")).to_contain_text("Messages could not be loaded")
    alice.page.unroute("**/history/**")
    alice.notice.get_by_role("button", name="Try again").click()
    expect(alice.texts).to_have_text(["is there"])
    expect(alice.notice).to_be_hidden()


def test_a_part_of_the_page_that_cannot_be_had_is_told_and_can_be_tried_again(alice: Tab) -> None:
    alice.may_say("status of 503")
    alice.page.route("**/view/panel*.js", lambda route: route.fulfill(status=503))
    alice.title.click()
    expect(alice.notice).to_contain_text("That could not be loaded.")
    alice.page.unroute("**/view/panel*.js")
    alice.notice.get_by_role("button", name="Try again").click()
    expect(alice.details).to_be_visible()
    expect(alice.notice).to_be_hidden()


def test_styles_that_cannot_be_had_are_asked_for_again_and_nothing_moves_until_they_are_there(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    """The day, which is shown while one scrolls, lies over the messages: without styles it would stand above them."""
    for number in range(60):
        two[0].say(f"line {number}", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    expect(tab.message("line 59")).to_be_in_viewport()
    tab.may_say("ERR_INTERNET_DISCONNECTED", "status of 503")
    messages = tab.page.locator("#messages")
    place = messages.bounding_box()
    held = Held(tab.page, "**/css/date*.css")
    messages.evaluate("list => { list.scrollTop -= 900 }")
    asked = held.next()
    tab.context.set_offline(True)
    asked.abort("internetdisconnected")
    tab.context.set_offline(False)
    held.next().fulfill(status=503)
    asked = held.next()
    expect(tab.page.locator("#date")).to_have_count(0)
    assert messages.bounding_box() == place
    asked.continue_()
    expect(tab.page.locator("#date")).to_have_count(1)
    assert messages.bounding_box() == place


def test_room_that_one_may_no_longer_read_is_left(alice: Tab, two: Two) -> None:
    room = f"gone{two[0].userid}"
    two[0].get(f"/news_chat/?num={room}")
    two[0].say("was there", room=room)
    alice.may_say("status of 403")
    body = {"msg": "error", "error": "forbidden", "detail": "You are not in this room."}
    alice.page.route(f"**/history/?room={room}*", lambda route: route.fulfill(status=403, json=body))
    alice.room(room).click()
    expect(alice.title).to_have_text("Lobby")
    expect(alice.notice).to_contain_text(f"You are no longer in the room {room}.")


@pytest.mark.long
def test_who_writes_too_fast_waits_as_told_and_loses_nothing(make_server: Callable[..., Server], visit: Opener) -> None:
    slow = make_server(SEND_RATE=0.5, SEND_BURST=7)  # the page takes 3; nine in four seconds are too many
    tab = visit(slow, slow.people(1)[0]).greeted()
    tab.may_say("status of 429")
    with tab.page.expect_response(lambda response: response.status == 429):
        for number in range(9):
            tab.say(f"line {number}")
    expect(tab.page.locator(".message[data-seq] .text")).to_have_text([f"line {number}" for number in range(9)])
    expect(tab.page.locator(".failed")).to_have_count(0)
