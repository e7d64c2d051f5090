"""Messages that wait for their files when something goes wrong: files that the server has forgotten, or refuses."""

import re

import pytest
from playwright.sync_api import expect

from ..receiver import Receiver
from ..tab import Tab
from ..uploads import Sent, choose, picture, thumbs, until

pytestmark = [pytest.mark.browser, pytest.mark.long]

LOST = "The server no longer has this file."
CLOSED = "The page was closed before it was sent. Choose the file again."


def missing(detail: str) -> tuple[int, dict[str, object]]:
    return 404, {"msg": "error", "error": "not_found", "detail": detail}


def refuse_one(alice: Tab, taking: Receiver) -> None:
    """The first file that comes, once the server is open again."""
    alice.may_say("status of 415")
    taking.refusals = [(415, {"msg": "error", "error": "not_allowed", "detail": "This sort is not allowed."})]
    taking.open.clear()


def test_files_that_the_server_has_forgotten_are_sent_again(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.may_say("status of 404")
    choose(alice, picture("one.png"))
    expect(thumbs(alice, "done")).to_have_count(1)
    taking.files.clear()
    sent.refusals = [missing("There is no such file.")]
    alice.say("look")
    failed = alice.page.locator(".message.failed")
    expect(failed).to_contain_text(f"Not sent: one.png: {LOST}")
    failed.get_by_role("button", name="Try again").click()
    until(alice, "the second try", lambda: len(sent.messages) == 2)
    assert sent.messages[1]["files"] == next(iter(taking.files))


def test_a_message_that_is_refused_for_another_reason_keeps_its_files(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.may_say("status of 404")
    choose(alice, picture("one.png"))
    expect(thumbs(alice, "done")).to_have_count(1)
    sent.refusals = [missing("There is no such room.")]
    alice.say("look")
    until(alice, "a question for the file", lambda: taking.requests == ["POST whole", "GET"])
    failed = alice.page.locator(".message.failed")
    expect(failed).to_contain_text("Not sent: There is no such room.")
    failed.get_by_role("button", name="Try again").click()
    until(alice, "the second try", lambda: len(sent.messages) == 2)
    assert sent.messages[1]["files"] == sent.messages[0]["files"]
    assert taking.requests == ["POST whole", "GET"]


def test_after_a_reload_files_that_the_server_has_forgotten_are_chosen_again(alice: Tab, taking: Receiver) -> None:
    alice.may_say("status of 404")
    choose(alice, picture("one.png"), picture("two.png"))
    expect(thumbs(alice, "done")).to_have_count(2)
    name = taking.files.popitem()[1].name
    alice.page.reload()
    expect(alice.page.locator(".fault")).to_contain_text(f"{name}: {LOST}")
    expect(thumbs(alice, "done")).to_have_count(1)
    with alice.page.expect_file_chooser() as chooser:
        alice.page.locator(".fault").get_by_role("button", name="Try again").click()
    chooser.value.set_files([picture(name)])
    expect(thumbs(alice, "done")).to_have_count(2)


def test_files_that_are_chosen_again_are_found_by_their_names(alice: Tab, taking: Receiver, sent: Sent) -> None:
    alice.may_lose_connection()
    alice.page.on("dialog", lambda dialog: dialog.accept())
    taking.open.clear()
    choose(alice, picture("one.png"), picture("two.png"))
    alice.say("both")
    expect(alice.page.locator(".message.uploading")).to_be_visible()
    alice.page.reload()
    taking.open.set()
    failed = alice.page.locator(".message.failed")
    for name, detail in (("two.png", "one.png"), ("one.png", "one.png")):
        expect(failed).to_contain_text(f"Not sent: {detail}: {CLOSED}")
        with alice.page.expect_file_chooser() as chooser:
            failed.get_by_role("button", name="Try again").click()
        chooser.value.set_files([picture(name)])
        if name == "two.png":
            expect(failed.locator(".thumb[data-state=done]")).to_contain_text(name)
    until(alice, "the message", lambda: len(sent.messages) == 1)
    assert [taking.files[id].name for id in sent.messages[0]["files"].split(",")] == ["one.png", "two.png"]


def test_a_file_that_was_refused_is_removed_and_the_rest_goes_out(alice: Tab, taking: Receiver, sent: Sent) -> None:
    refuse_one(alice, taking)
    choose(alice, picture("one.png"), picture("two.png"))
    alice.say("look")
    expect(alice.page.locator(".message.uploading")).to_be_visible()
    taking.open.set()
    failed = alice.page.locator(".message.failed")
    expect(failed.get_by_role("button", name=re.compile("^Remove"))).to_have_count(2)
    expect(failed.locator(".thumb[data-state=done]")).to_have_count(1)
    failed.locator(".thumb[data-state=failed]").get_by_role("button").click()
    until(alice, "the message", lambda: len(sent.messages) == 1)
    assert sent.messages[0]["files"] in taking.files
    assert sent.messages[0]["txt"] == "look"


def test_a_message_of_which_nothing_is_left_is_gone(alice: Tab, taking: Receiver, sent: Sent) -> None:
    refuse_one(alice, taking)
    choose(alice, picture("one.png"))
    alice.page.locator(".send").click()
    expect(alice.page.locator(".message.uploading")).to_be_visible()
    taking.open.set()
    alice.page.locator(".message.failed").get_by_role("button", name="Remove one.png").click()
    expect(alice.page.locator(".message")).to_have_count(0)
    expect(alice.page.locator("#messages")).to_be_focused()
    assert sent.messages == []


def test_after_another_try_the_focus_stays_in_the_message(alice: Tab, taking: Receiver, sent: Sent) -> None:
    refuse_one(alice, taking)
    choose(alice, picture("one.png"))
    alice.say("look")
    expect(alice.page.locator(".message.uploading")).to_be_visible()
    taking.open.set()
    again = alice.page.locator(".message.failed").get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    taking.open.clear()
    again.press("Enter")
    expect(alice.page.locator(".message.uploading").get_by_role("button", name="Cancel")).to_be_focused()
