"""Messages that wait for their files: they go out once, are cancelled, and outlive a reload."""

import pytest
from playwright.sync_api import Dialog, expect

from .. import axe
from ..receiver import Receiver
from ..tab import Tab
from ..uploads import Sent, choose, large, picture, thumbs, until

pytestmark = [pytest.mark.browser, pytest.mark.long]


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
