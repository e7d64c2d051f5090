"""Files on their way: choosing, pasting and dropping them, the tray above the field, and messages that wait for them.

The server's side of an upload is played by receiver.py: it can wait, refuse, and cut the connection.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, expect

from ...support.server import Server, Visitor
from .. import axe
from ..receiver import Receiver, receiver
from ..tab import Tab, attempts
from ..uploads import MB, MOVE, PIECE, PNG, Sent, choose, large, picture, thumbs, until

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

# The addresses of files that the browser keeps in memory.
ADDRESSES = """() => {
    const {createObjectURL, revokeObjectURL} = URL;
    globalThis.addresses = new Set();
    URL.createObjectURL = file => {
        const made = createObjectURL.call(URL, file);
        addresses.add(made);
        return made;
    };
    URL.revokeObjectURL = address => {
        addresses.delete(address);
        revokeObjectURL.call(URL, address);
    };
}"""


# --- Into the tray --------------------------------------------------------------------------------


def test_chosen_files_go_with_the_message_that_is_their_caption(alice: Tab, taking: Receiver, sent: Sent) -> None:
    choose(alice, picture("front.png"), picture("back.png"))
    expect(thumbs(alice, "done")).to_have_count(2)
    expect(thumbs(alice).locator("img")).to_have_count(2)
    expect(thumbs(alice).first).to_contain_text("front.png")
    expect(thumbs(alice).first).to_contain_text(f"{len(PNG)} B")
    expect(alice.field).to_be_focused()
    alice.say("front and back")
    expect(alice.page.locator(".tray")).to_be_hidden()
    until(alice, "the message", lambda: len(sent.messages) == 1)
    assert sent.messages[0]["txt"] == "front and back"
    assert sent.messages[0]["files"].split(",") == [*taking.files]
    assert [file.content for file in taking.files.values()] == [PNG, PNG]


def test_a_message_of_files_alone_needs_no_text(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.field.press("Enter")
    choose(alice, picture("one.png"))
    expect(thumbs(alice, "done")).to_have_count(1)
    alice.page.locator(".send").click()
    until(alice, "the message", lambda: len(sent.messages) == 1)
    assert sent.messages[0]["txt"] == ""
    assert sent.messages[0]["files"] == next(iter(taking.files))


def test_files_are_pasted_and_what_stands_in_the_field_stays(alice: Tab, taking: Receiver) -> None:
    alice.field.fill("a draft")
    assert not alice.page.evaluate(MOVE, ["#composer textarea", "paste", ["notes.txt"]])
    expect(thumbs(alice, "done")).to_have_count(1)
    expect(thumbs(alice)).to_contain_text("TXT")
    expect(alice.field).to_have_value("a draft")
    assert [file.content for file in taking.files.values()] == [b"some words"]


def test_files_are_dropped_under_a_veil_that_says_where_they_go(alice: Tab, taking: Receiver) -> None:
    veil = alice.page.locator(".drop")
    for _ in attempts(alice.page, "the veil"):
        alice.page.evaluate(MOVE, ["#messages", "dragover", ["one.txt", "two.txt"]])
        if veil.is_visible():
            break
    expect(veil).to_contain_text(
        re.compile(r"Drop to send to composer-\d+2 files\. You can write a line before they go\.")
    )
    axe.assert_good(alice)
    alice.page.evaluate(MOVE, ["body", "dragleave", []])
    expect(veil).to_have_count(0)
    alice.page.evaluate(MOVE, ["#messages", "dragover", ["one.txt"]])
    expect(veil).to_contain_text("1 file.")
    alice.page.evaluate(MOVE, ["#messages", "drop", ["one.txt"]])
    expect(veil).to_have_count(0)
    expect(thumbs(alice, "done")).to_have_count(1)
    assert not alice.page.evaluate(MOVE, ["#side", "drop", ["two.txt"]])  # the browser does not open it either
    expect(thumbs(alice)).to_have_count(1)
    assert [file.name for file in taking.files.values()] == ["one.txt"]


def test_what_is_sent_at_once_after_a_file_was_pasted_goes_with_it(alice: Tab, taking: Receiver, sent: Sent) -> None:
    """The page loads the tray meanwhile."""
    alice.field.fill("with it")
    alice.page.evaluate(
        f"""() => {{
            ({MOVE})(["#composer textarea", "paste", ["notes.txt"]]);
            document.querySelector("#composer").requestSubmit();
        }}"""
    )
    until(alice, "the message", lambda: len(sent.messages) == 1)
    assert sent.messages[0]["txt"] == "with it"
    assert sent.messages[0]["files"] == next(iter(taking.files))


def test_what_is_too_large_or_too_many_is_said_before_a_byte_is_sent(alice: Tab, taking: Receiver) -> None:
    alice.page.evaluate("document.getElementById('files').dataset.bytes = 1024 * 1024")
    choose(alice, large("film.mp4"), picture("one.png"))
    expect(alice.notice).to_contain_text("film.mp4 has 6 MB; a file has at most 1 MB.")
    expect(thumbs(alice, "done")).to_have_count(1)
    choose(alice, *(picture(f"{number}.png") for number in range(12)))
    expect(alice.notice).to_contain_text("A message has at most 10 files: 3 were left out.")
    expect(thumbs(alice, "done")).to_have_count(10)
    assert taking.requests == ["POST whole"] * 10


def test_a_file_is_removed_by_button_and_key_and_the_focus_stays(alice: Tab, taking: Receiver) -> None:
    alice.page.evaluate(ADDRESSES)
    choose(alice, picture("one.png"), picture("two.png"), picture("three.png"))
    expect(thumbs(alice, "done")).to_have_count(3)
    assert alice.page.evaluate("addresses.size") == 3
    alice.page.get_by_role("button", name="Remove two.png").click()
    expect(alice.page.get_by_role("button", name="Remove three.png")).to_be_focused()
    expect(alice.page.locator("#announcer")).to_contain_text("two.png was removed.")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("button", name="Remove one.png")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(alice.field).to_be_focused()
    expect(alice.page.locator(".tray")).to_be_hidden()
    until(alice, "the server has forgotten them", lambda: not taking.files)
    assert alice.page.evaluate("addresses.size") == 0


def test_each_room_has_a_tray_and_uploads_go_on_elsewhere(alice: Tab, taking: Receiver) -> None:
    taking.open.clear()
    choose(alice, picture("one.png"))
    expect(thumbs(alice)).to_have_count(1)
    alice.room("lobby").click()
    expect(alice.title).to_have_text("Lobby")
    expect(alice.page.locator(".tray")).to_be_hidden()
    taking.open.set()
    until(alice, "the upload", lambda: len(taking.files) == 1)
    choose(alice, picture("lobby.png"))
    expect(thumbs(alice, "done")).to_contain_text("lobby.png")
    alice.page.locator("#rooms button:not([data-room=lobby])").click()
    expect(thumbs(alice, "done")).to_contain_text("one.png")


def test_while_a_message_is_edited_the_tray_waits(alice: Tab, taking: Receiver) -> None:
    alice.say("frist words")
    alice.said("frist words")
    choose(alice, picture("one.png"))
    expect(thumbs(alice, "done")).to_have_count(1)
    alice.act(alice.said("frist words"), "Edit")
    expect(alice.page.locator(".tray")).to_be_hidden()
    choose(alice, picture("two.png"))
    expect(alice.notice).to_contain_text("Files go into a new message: finish the edit first.")
    alice.field.fill("first words")
    alice.field.press("Enter")
    expect(alice.said("first words")).to_contain_text("edited")
    expect(thumbs(alice, "done")).to_have_count(1)
    assert len(taking.files) == 1


# --- On their way ---------------------------------------------------------------------------------


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


# --- In the message -------------------------------------------------------------------------------


def test_a_message_waits_for_its_files_and_goes_out_once(alice: Tab, taking: Receiver, sent: Sent) -> None:
    taking.open.clear()
    choose(alice, picture("one.png"), large("film.mp4"))
    alice.say("with files")
    waiting = alice.page.locator(".message.uploading")
    expect(waiting).to_contain_text("with files")
    expect(waiting.locator(".thumb")).to_have_count(2)
    expect(waiting.locator(".note")).to_contain_text("Uploading: 0 %")
    expect(waiting.get_by_role("button", name="Remove one.png")).to_have_count(0)
    axe.assert_good(alice)
    alice.say("written meanwhile")
    until(alice, "the second message", lambda: [each["txt"] for each in sent.messages] == ["written meanwhile"])
    expect(alice.texts.last).to_have_text("with files")  # it stands where it will be stored
    taking.open.set()
    until(alice, "the first message", lambda: len(sent.messages) == 2)
    assert [taking.files[id].name for id in sent.messages[1]["files"].split(",")] == ["one.png", "film.mp4"]
    expect(waiting).to_have_count(0)
    assert len({each["cid"] for each in sent.messages}) == 2


def test_a_message_that_waits_can_be_cancelled(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.may_lose_connection()
    taking.open.clear()
    choose(alice, large("film.mp4"))
    alice.say("never mind")
    waiting = alice.page.locator(".message.uploading")
    waiting.get_by_role("button", name="Cancel").click()
    expect(waiting).to_have_count(0)
    expect(alice.page.locator("#messages")).to_be_focused()
    taking.open.set()
    alice.say("something else")
    until(alice, "the other message", lambda: len(sent.messages) == 1)
    assert "files" not in sent.messages[0]
    assert not [file for file in taking.files.values() if file.content]


def test_a_message_with_a_refused_file_says_why_and_goes_out_after_another_try(
    alice: Tab, taking: Receiver, sent: Sent
) -> None:
    alice.may_say("status of 415")
    taking.open.clear()
    taking.refusals = [(415, {"msg": "error", "error": "not_allowed", "detail": "This sort is not allowed."})]
    choose(alice, picture("one.png"))
    alice.say("look")
    taking.open.set()
    failed = alice.page.locator(".message.failed")
    expect(failed).to_contain_text("Not sent: one.png: This sort is not allowed.")
    expect(failed.locator(".thumb")).to_have_count(1)
    failed.get_by_role("button", name="Try again").click()
    until(alice, "the message", lambda: len(sent.messages) == 1)


def test_after_a_reload_what_has_arrived_is_kept_and_the_rest_is_chosen_again(
    alice: Tab, taking: Receiver, sent: Sent
) -> None:
    alice.may_lose_connection()
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    alice.page.on("dialog", accept)
    choose(alice, picture("one.png"))
    expect(thumbs(alice, "done")).to_have_count(1)
    taking.open.clear()
    choose(alice, picture("two.png"))
    alice.say("both")
    expect(alice.page.locator(".message.uploading")).to_be_visible()
    alice.room("lobby").click()
    choose(alice, picture("three.png"))
    expect(thumbs(alice)).to_have_count(1)
    alice.page.reload()
    assert asked == ["beforeunload"]
    taking.open.set()
    alice.greeted()
    again = "The page was closed before it was sent. Choose the file again."
    expect(alice.page.locator(".fault")).to_contain_text(f"three.png: {again}")
    with alice.page.expect_file_chooser() as chooser:
        alice.page.locator(".fault").get_by_role("button", name="Try again").click()
    chooser.value.set_files([picture("three.png")])
    expect(thumbs(alice, "done")).to_have_count(1)
    alice.page.locator("#rooms button:not([data-room=lobby])").click()
    failed = alice.page.locator(".message.failed")
    expect(failed).to_contain_text(f"two.png: {again}")
    with alice.page.expect_file_chooser() as chooser:
        failed.get_by_role("button", name="Try again").click()
    chooser.value.set_files([picture("two.png")])
    until(alice, "the message", lambda: len(sent.messages) == 1)
    one, two = sent.messages[0]["files"].split(",")
    assert (taking.files[one].name, taking.files[two].name) == ("one.png", "two.png")
    assert asked == ["beforeunload"]


# --- For everyone ---------------------------------------------------------------------------------


def test_files_are_sent_by_keys_alone(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.page.on("filechooser", lambda chooser: chooser.set_files([picture("one.png")]))
    alice.page.evaluate("0")  # the browser asks the test from now on
    alice.field.press("Tab")
    expect(alice.page.get_by_role("button", name="Add files")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(thumbs(alice, "done")).to_have_count(1)
    expect(alice.field).to_be_focused()
    alice.page.keyboard.press("Shift+Tab")
    expect(alice.page.get_by_role("button", name="Remove one.png")).to_be_focused()
    alice.page.keyboard.press("Tab")
    alice.page.keyboard.press("Enter")
    until(alice, "the message", lambda: len(sent.messages) == 1)


def test_on_a_phone_files_lie_in_a_row_and_nothing_is_wider_than_the_screen(
    visit: Opener, server: Server, two: Two
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num=phone-{two[0].userid}", **PHONE).greeted()
    with receiver(tab.page) as taking:
        taking.open.clear()
        choose(tab, *(picture(f"a picture with a long name {number}.png") for number in range(6)))
        expect(thumbs(tab)).to_have_count(6)
        axe.assert_good(tab)
        taking.open.set()
        expect(thumbs(tab, "done")).to_have_count(6)
        axe.assert_good(tab)
        box = tab.page.locator("#add").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_many_faults_leave_room_for_the_conversation(visit: Opener, server: Server, two: Two) -> None:
    screen = {"viewport": {"width": 360, "height": 500}}
    tab = visit(server, two[0], f"/news_chat/?num=faults-{two[0].userid}", **screen).greeted()
    tab.may_say("status of 415")
    refused = {"msg": "error", "error": "not_allowed", "detail": "This sort is not allowed."}
    with receiver(tab.page) as taking:
        taking.refusals = [(415, refused)] * 10
        choose(tab, *(picture(f"{number}.png") for number in range(10)))
        expect(tab.page.locator(".fault")).to_have_count(10)
        expect(tab.field).to_be_in_viewport(ratio=1)
        assert tab.page.locator("#messages").evaluate("each => each.clientHeight") > 50
        tab.page.locator(".fault button").last.focus()
        expect(tab.page.locator(".fault button").last).to_be_in_viewport()


def test_where_nothing_can_be_written_nothing_can_be_added(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    with receiver(tab.page) as taking:
        choose(tab, picture("one.png"))
        expect(thumbs(tab, "done")).to_have_count(1)
        two[0].post(f"/rooms/{room}/", frozen=1)
        expect(tab.field).not_to_be_editable()
        expect(tab.page.locator("#add")).to_be_hidden()
        expect(thumbs(tab)).to_be_hidden()
        tab.page.evaluate(MOVE, ["#composer textarea", "paste", ["notes.txt"]])
        expect(tab.notice).to_contain_text("Only moderators write here now.")
        tab.page.evaluate(MOVE, ["#messages", "dragover", ["notes.txt"]])
        expect(tab.page.locator(".drop")).to_have_count(0)
        two[0].post(f"/rooms/{room}/", frozen=0)
        expect(thumbs(tab)).to_be_visible()
        assert taking.requests == ["POST whole"]
