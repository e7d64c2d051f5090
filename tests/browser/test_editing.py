"""Messages are edited, deleted and answered, on a desktop and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


def test_edited_message_shows_its_new_text_everywhere_and_after_a_reload(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("hte cat")
    alice.act(alice.stored_message(1), "Edit")
    expect(alice.page.locator("#composer .strip")).to_contain_text("Editing")
    expect(alice.field).to_have_value("hte cat")
    expect(alice.field).to_be_focused()
    alice.say("the cat")
    for tab in both:
        expect(tab.texts).to_have_text(["the cat edited"])
        expect(tab.page.locator("[data-cid]")).to_have_count(0)
    bob.page.reload()
    expect(bob.texts).to_have_text(["the cat edited"])
    expect(bob.page.get_by_text("hte")).to_have_count(0)


def test_arrow_up_in_an_empty_field_edits_the_last_message_and_escape_leaves_it(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("first")
    expect(bob.texts).to_have_text(["first"])
    bob.say("second")
    expect(alice.texts).to_have_text(["first", "second"])
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("first")
    alice.field.press("Escape")
    expect(alice.field).to_have_value("")
    expect(alice.page.locator("#composer .strip")).to_be_hidden()
    alice.say("third")
    expect(bob.texts).to_have_text(["first", "second", "third"])


def test_deleted_message_leaves_a_mark(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("a secret")
    alice.say("no secret")
    expect(bob.texts).to_have_text(["a secret", "no secret"])
    alice.act(alice.stored_message(1), "Delete")
    dialog = alice.page.get_by_role("dialog", name="Delete message")
    expect(dialog).to_contain_text("a secret")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(bob.texts).to_have_text(["a secret", "no secret"])
    alice.act(alice.stored_message(1), "Delete")
    dialog.get_by_role("button", name="Delete").click()
    expect(alice.texts).to_have_text(["This message was deleted. Undo", "no secret"])
    alice.stored_message(1).get_by_role("button", name="Undo").click()
    expect(alice.texts).to_have_text(["a secret", "no secret"])
    alice.act(alice.stored_message(1), "Delete")
    dialog.get_by_role("button", name="Delete").click()
    for tab in both:
        expect(tab.texts).to_have_text(["This message was deleted.", "no secret"])
    bob.page.reload()
    expect(bob.texts).to_have_text(["This message was deleted.", "no secret"])
    bob.stored_message(1).hover()
    expect(bob.stored_message(1).locator(".tools")).to_have_count(0)


def test_only_ones_own_messages_can_be_changed(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("mine")
    bob.stored_message(1).hover()
    toolbar = bob.page.get_by_role("toolbar", name="This message")
    expect(toolbar.get_by_role("button", name="Reply")).to_be_visible()
    expect(toolbar.get_by_role("button", name="Edit")).to_have_count(0)
    toolbar.get_by_role("button", name="More").click()
    expect(bob.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    expect(bob.page.get_by_role("menuitem", name="Delete")).to_have_count(0)


def test_reply_shows_what_it_answers_and_leads_there(both: tuple[Tab, Tab], two: Two) -> None:
    alice, bob = both
    alice.say("shall we?")
    bob.act(bob.stored_message(1), "Reply")
    expect(bob.page.locator("#composer .strip")).to_contain_text(f"Replying to {two[0].username}: shall we?")
    bob.say("yes!")
    for tab in both:
        quote = tab.stored_message(2).locator(".quote")
        expect(quote).to_have_text(f"{two[0].username} shall we?")
    alice.stored_message(2).locator(".quote").click()
    expect(alice.stored_message(1)).to_be_focused()
    alice.act(alice.stored_message(1), "Delete")
    alice.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(bob.stored_message(2).locator(".quote")).to_contain_text("This message was deleted.")


def test_reply_to_what_lies_far_above_is_looked_up_and_jumps_there(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    for number in range(1, 301):
        two[0].say(f"line {number}", room=room)
    two[0].say("about that", room=room, reply=20)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    quote = tab.stored_message(301).locator(".quote")
    expect(quote).to_contain_text("line 20")
    expect(tab.stored_message(20)).to_have_count(0)
    quote.click()
    expect(tab.stored_message(20)).to_be_in_viewport()
    expect(tab.stored_message(20)).to_be_focused()
    two[1].say("meanwhile", room=room)
    expect(tab.page.locator("#to-end")).to_have_text("1 new message ↓")
    tab.page.locator("#to-end").click()
    expect(tab.message("meanwhile")).to_be_in_viewport()


def test_change_made_without_a_connection_is_kept_and_made_when_it_is_back(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("befour")
    expect(bob.texts).to_have_text(["befour"])
    alice.may_say("ERR_")
    alice.page.route("**/msg_send/", lambda route: route.abort())
    alice.act(alice.stored_message(1), "Edit")
    alice.say("before")
    expect(alice.stored_message(1).locator(".text")).to_have_attribute("data-state", "Saving …")
    expect(alice.stored_message(1).locator(".text")).to_have_text("before")
    expect(bob.texts).to_have_text(["befour"])
    alice.page.reload()
    expect(alice.stored_message(1).locator(".text")).to_have_attribute("data-state", "Saving …")
    alice.page.unroute("**/msg_send/")
    for tab in both:
        expect(tab.texts).to_have_text(["before edited"])


def test_refused_change_says_why_and_can_be_discarded(both: tuple[Tab, Tab]) -> None:
    alice, _ = both
    alice.say("as it was")
    expect(alice.stored_message(1)).to_have_count(1)
    alice.may_say("status of 403")
    body = {"msg": "error", "error": "forbidden", "detail": "Not any more."}
    alice.page.route("**/msg_send/", lambda route: route.fulfill(status=403, json=body))
    alice.act(alice.stored_message(1), "Edit")
    alice.say("as it should be")
    expect(alice.stored_message(1)).to_contain_text("Not changed: Not any more.")
    alice.stored_message(1).get_by_role("button", name="Discard").click()
    expect(alice.texts).to_have_text(["as it was"])


def test_keys_reach_every_message_and_what_can_be_done_with_it(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("one")
    expect(bob.texts).to_have_text(["one"])
    bob.say("two")
    expect(alice.texts).to_have_text(["one", "two"])
    alice.page.get_by_role("region", name="Messages").focus()
    keyboard = alice.page.keyboard
    keyboard.press("ArrowUp")
    expect(alice.stored_message(2)).to_be_focused()
    keyboard.press("ArrowUp")
    expect(alice.stored_message(1)).to_be_focused()
    keyboard.press("Tab")
    expect(alice.stored_message(1).get_by_role("button", name="Reply")).to_be_focused()
    alice.stored_message(1).focus()
    keyboard.press("e")
    expect(alice.field).to_have_value("one")
    keyboard.press("Escape")
    alice.stored_message(2).focus()
    keyboard.press("r")
    keyboard.type("three")
    keyboard.press("Enter")
    expect(bob.stored_message(3).locator(".quote")).to_contain_text("two")
    alice.stored_message(1).focus()
    keyboard.press("Delete")
    expect(alice.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(bob.stored_message(1)).to_contain_text("This message was deleted.")
