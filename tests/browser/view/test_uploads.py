"""Uploads: in pieces, resumed after a lost connection, refused and tried again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .. import axe
from ..receiver import Receiver
from ..tab import Tab, attempts
from ..uploads import MB, PIECE, Sent, choose, large, picture, thumbs, until

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_a_large_file_goes_in_pieces_and_shows_how_far_it_is(alice: Tab, taking: Receiver) -> None:
    choose(alice, large("film.mp4"))
    expect(thumbs(alice, "done")).to_have_count(1)
    assert taking.requests == ["POST begin", "POST 0", f"POST {PIECE}", f"POST {2 * PIECE}"]
    assert [file.content for file in taking.files.values()] == [large("")["buffer"]]
    taking.open.clear()
    taking.closed_from = PIECE
    choose(alice, large("second.mp4"))
    progress = alice.page.get_by_role("progressbar", name="second.mp4")
    expect(progress).to_have_attribute("aria-valuenow", re.compile(r"^(3[3-9]|[45]\d|6[0-6])$"))
    taking.open.set()
    expect(thumbs(alice, "done")).to_have_count(2)
    expect(progress).to_be_hidden()


def test_after_a_lost_connection_a_large_file_goes_on_where_it_stopped(alice: Tab, taking: Receiver) -> None:
    alice.may_lose_connection()
    taking.cuts = [0, None, MB]  # the first request is lost, and then half of the first piece
    choose(alice, large("film.mp4"))
    expect(thumbs(alice, "paused")).to_have_count(1)
    expect(alice.page.get_by_role("progressbar", name="film.mp4")).to_have_attribute(
        "aria-valuetext", "waits for the connection"
    )
    expect(thumbs(alice, "done")).to_have_count(1)
    *_, film = taking.files.values()
    assert film.content == large("")["buffer"]
    assert taking.requests == [
        "POST begin",
        "POST 0",
        "GET",
        f"POST {MB}",
        f"POST {MB + PIECE}",
        f"POST {MB + 2 * PIECE}",
    ]


def test_a_wrong_offset_is_put_right(alice: Tab, taking: Receiver) -> None:
    alice.may_say("status of 409")
    conflict = {"msg": "error", "error": "conflict", "detail": "Wrong offset.", "offset": PIECE}
    taking.refusals = [None, (409, conflict)]  # of a piece whose answer was lost, and that is sent once more
    choose(alice, large("film.mp4"))
    expect(thumbs(alice, "done")).to_have_count(1)
    assert taking.requests == ["POST begin", "POST 0", f"POST {PIECE}", f"POST {2 * PIECE}"]


def test_small_files_are_sent_again_after_a_lost_connection(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.may_lose_connection()
    taking.cuts = [10]
    choose(alice, picture("one.png"))
    alice.say("once")
    expect(alice.page.locator(".message.uploading")).to_contain_text("Waits for the connection")
    alice.page.evaluate("dispatchEvent(new Event('online'))")
    until(alice, "the message", lambda: len(sent.messages) == 1)
    assert taking.requests[1:] == ["POST begin", "POST 0"]


def test_a_refusal_that_was_lost_with_the_connection_is_heard_at_the_next_try(alice: Tab, taking: Receiver) -> None:
    """A server that refuses a body before it is there ends the connection, and a browser may not read the answer."""
    alice.may_lose_connection()
    alice.may_say("status of 507")
    full = {"msg": "error", "error": "no_space", "detail": "There is no room left for files."}
    taking.cuts = [10]
    taking.refusals = [None, (507, full)]
    choose(alice, picture("one.png"))
    expect(alice.page.locator(".fault")).to_contain_text("one.png: There is no room left for files.")
    assert taking.requests[1:] == ["POST begin"]


@pytest.mark.parametrize("answers", [1, 1_000])
def test_a_file_that_is_there_but_not_stored_is_asked_for_until_it_is(
    alice: Tab, taking: Receiver, answers: int
) -> None:
    alice.may_lose_connection()
    alice.page.clock.install()
    alice.page.reload()
    alice.greeted()
    taking.unstored = answers
    choose(alice, large("film.mp4"))
    if answers == 1:
        expect(thumbs(alice, "done")).to_have_count(1)
        assert taking.requests == ["POST begin", "POST 0", f"POST {PIECE}", f"POST {2 * PIECE}", "GET"]
        return
    fault = alice.page.locator(".fault")
    for _ in attempts(alice.page, "the end of the tries"):
        alice.page.clock.fast_forward(31_000)
        if fault.is_visible():
            break
    expect(fault).to_contain_text("film.mp4: The server could not store this file.")


def test_over_a_reload_a_large_file_goes_on_where_it_stopped(alice: Tab, taking: Receiver, tmp_path: Path) -> None:
    alice.may_lose_connection()
    alice.may_say("status of 409")
    alice.page.on("dialog", lambda dialog: dialog.accept())
    film = tmp_path / "film.mp4"  # of the same time whenever it is chosen
    film.write_bytes(large("")["buffer"])
    taking.closed_from = PIECE
    taking.open.clear()
    with alice.page.expect_file_chooser() as chooser:
        alice.page.get_by_role("button", name="Add files").click()
    chooser.value.set_files(film)
    until(alice, "the first piece", lambda: taking.requests == ["POST begin", "POST 0"])
    expect(alice.page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", re.compile(r"^[3-9]\d$"))
    alice.page.reload()
    taking.open.set()
    with alice.page.expect_file_chooser() as chooser:
        alice.page.locator(".fault").get_by_role("button", name="Try again").click()
    chooser.value.set_files(film)
    expect(thumbs(alice, "done")).to_have_count(1)
    assert taking.requests.count("POST begin") == 1
    assert [file.content for file in taking.files.values()] == [film.read_bytes()]


def test_bytes_that_the_machine_has_still_to_send_are_waited_for(alice: Tab, taking: Receiver) -> None:
    """For a browser all of a small file is sent when it lies in the machine's own memory."""
    alice.may_lose_connection()
    alice.page.clock.install()
    alice.page.reload()
    alice.greeted()
    taking.open.clear()
    choose(alice, large("film.mp4", 300 * 1024))
    expect(alice.page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "99")
    alice.page.clock.run_for(90_000)
    expect(thumbs(alice, "going")).to_have_count(1)
    taking.open.set()
    expect(thumbs(alice, "done")).to_have_count(1)
    assert taking.requests == ["POST whole"]


def test_a_refusal_by_a_proxy_is_one(alice: Tab, taking: Receiver) -> None:
    """Its answer is no JSON."""
    alice.may_say("status of 413")
    taking.refusals = [(413, None)]
    choose(alice, picture("one.png"))
    expect(alice.page.locator(".fault")).to_contain_text("one.png: The server answered 413.")
    assert taking.requests == ["POST whole"]


def test_an_upload_that_came_too_fast_waits_for_its_turn(alice: Tab, taking: Receiver) -> None:
    alice.may_say("status of 429")
    taking.refusals = [(429, {"msg": "error", "error": "too_fast", "detail": "Too many uploads at once."})]
    choose(alice, picture("one.png"))
    expect(thumbs(alice, "done")).to_have_count(1)
    expect(alice.page.locator(".fault")).to_have_count(0)
    assert taking.requests == ["POST whole", "POST begin", "POST 0"]


def test_what_the_server_refuses_says_why_and_is_tried_again(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.may_say("status of 507")
    full = {"msg": "error", "error": "no_space", "detail": "There is no room left for files."}
    taking.refusals = [(507, full)]
    choose(alice, picture("one.png"))
    fault = alice.page.locator(".tray .fault")
    expect(fault).to_contain_text("one.png: There is no room left for files.")
    expect(alice.page.locator("#announcer")).to_contain_text("There is no room left for files.")
    alice.say("kept")
    expect(alice.notice).to_contain_text("Try again or remove what could not be sent")
    expect(alice.field).to_have_value("kept")
    axe.assert_good(alice)
    fault.get_by_role("button", name="Try again").press("Enter")
    expect(thumbs(alice, "done")).to_have_count(1)
    expect(fault).to_have_count(0)
    expect(alice.field).to_be_focused()
    alice.field.press("Enter")
    until(alice, "the message", lambda: len(sent.messages) == 1)
