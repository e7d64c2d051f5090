"""Files that are chosen, pasted and dropped, and the tray above the field.

The server's side of an upload is played by receiver.py: it can wait, refuse, and cut the connection.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from .. import axe
from ..receiver import Receiver, receiver
from ..tab import Tab, attempts
from ..uploads import MOVE, PNG, Sent, choose, large, picture, thumbs, until

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
    names = {id: file.name for id, file in taking.files.items()}  # they may come in another order
    assert [names[id] for id in sent.messages[0]["files"].split(",")] == ["front.png", "back.png"]
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
