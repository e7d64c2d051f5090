"""Files that come into the page: the room to which they go, what is a text and what a file, and what is allowed."""

import pytest
from playwright.sync_api import expect

from ..network import Held
from ..receiver import Receiver
from ..tab import Tab
from ..uploads import MOVE, Sent, choose, picture, thumbs, until

pytestmark = pytest.mark.browser

FIELD = "#composer textarea"
SCRIPT = "**/view/files*.js"  # what shows and sends them


def test_files_go_to_the_room_in_which_they_were_taken(alice: Tab, taking: Receiver, sent: Sent) -> None:
    """However long the page takes to load what shows them; what is sent meanwhile waits, and stays in its room, too."""
    held = Held(alice.page, SCRIPT)
    alice.field.fill("for this room")
    alice.page.evaluate(MOVE, [FIELD, "paste", ["notes.txt"]])
    alice.field.press("Enter")
    script = held.next()
    alice.room("lobby").click()
    expect(alice.title).to_have_text("Lobby")
    alice.field.fill("a draft of the lobby")
    script.continue_()
    expect(alice.page.locator("#announcer")).to_contain_text("1 file added")
    expect(thumbs(alice)).to_have_count(0)
    expect(alice.field).to_have_value("a draft of the lobby")
    alice.page.locator("#rooms button:not([data-room=lobby])").click()
    expect(thumbs(alice, "done")).to_have_count(1)
    expect(alice.field).to_have_value("for this room")
    assert sent.messages == []


def test_a_message_is_never_sent_without_its_files(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.may_say("status of 415", "status of 503")
    taking.refusals = [(415, {"msg": "error", "error": "not_allowed", "detail": "This sort is not allowed."})]
    taking.open.clear()
    choose(alice, picture("one.png"))
    alice.say("look")
    taking.open.set()
    failed = alice.page.locator(".message.failed")
    expect(failed).to_be_visible()
    alice.page.route(SCRIPT, lambda route: route.fulfill(status=503))
    alice.page.reload()
    failed.get_by_role("button", name="Try again").click()
    expect(alice.notice).to_contain_text("That could not be loaded.")
    alice.page.unroute(SCRIPT)
    with alice.page.expect_file_chooser() as chooser:
        alice.notice.get_by_role("button", name="Try again").click()
    assert sent.messages == []
    chooser.value.set_files([picture("one.png")])
    until(alice, "the message", lambda: len(sent.messages) == 1)
    assert sent.messages[0]["files"] in taking.files


def test_a_text_is_pasted_rather_than_a_picture_of_it(alice: Tab, taking: Receiver) -> None:
    for texts in ({"text/plain": "a cell", "text/html": "<td>a cell</td>"}, {"text/plain": "some words"}):
        assert alice.page.evaluate(MOVE, [FIELD, "paste", ["image.png"], texts])  # the browser pastes the text
    names = {"text/plain": "/home/alice/one.txt\n/home/alice/two.txt"}
    assert not alice.page.evaluate(MOVE, [FIELD, "paste", ["one.txt", "two.txt"], names])
    expect(thumbs(alice, "done")).to_have_count(2)
    assert not alice.page.evaluate(MOVE, [FIELD, "paste", ["image.png"], {"text/html": "<img>"}])
    expect(thumbs(alice, "done")).to_have_count(3)


def test_what_is_dropped_with_a_text_is_a_file(alice: Tab, taking: Receiver) -> None:
    texts = {"text/plain": "https://example.org/", "text/html": "<img>"}
    assert not alice.page.evaluate(MOVE, ["#messages", "dragover", ["one.png"], texts])
    assert not alice.page.evaluate(MOVE, ["#messages", "drop", ["one.png"], texts])
    expect(thumbs(alice, "done")).to_have_count(1)
    alice.page.evaluate(MOVE, ["#messages", "dragover", ["one.png"], texts])
    expect(alice.page.locator(".drop")).to_be_visible()


def test_where_pictures_alone_are_allowed_nothing_else_is_taken(alice: Tab, taking: Receiver) -> None:
    alice.page.evaluate("document.getElementById('files').dataset.allowed = 'pictures'")
    choose(alice, {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"some words"}, picture("one.png"))
    expect(alice.notice).to_contain_text("Only pictures (JPEG, PNG, GIF, WebP) can be sent here.")
    expect(thumbs(alice, "done")).to_have_count(1)
    assert taking.requests == ["POST whole"]


def test_where_no_files_are_allowed_none_are_taken(alice: Tab, taking: Receiver) -> None:
    alice.page.evaluate("document.getElementById('files').dataset.allowed = 'nothing'")
    alice.page.evaluate(MOVE, [FIELD, "paste", ["notes.txt"]])
    expect(alice.notice).to_contain_text("Files cannot be sent here.")
    expect(thumbs(alice)).to_have_count(0)
    assert taking.requests == []
