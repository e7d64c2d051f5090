"""The messages of people whom one blocks: folded in rooms, and shown when one asks for them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def test_they_fold_at_once_and_after_a_reload_until_one_unblocks(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    me, other = two
    for text in ("rude words", "and more of them"):
        other.say(text, room=room)
    me.say("an answer", room=room, reply=2)
    tab = visit(server, me, f"/news_chat/?num={room}").greeted()
    folded = tab.page.locator("#messages .blocked")
    tab.stored_message(1).locator(".name").click()
    tab.page.get_by_role("menuitem", name="Block …").click()
    expect(tab.dialog).to_contain_text("private messages")
    tab.dialog.get_by_role("button", name="Block", exact=True).click()
    expect(folded).to_have_text("2 messages from people you block Show")
    expect(tab.texts).to_have_count(1)
    expect(tab.page.locator(".quote")).not_to_contain_text("more of them")
    other.say(f"@{me.username} look here", room=room)
    expect(folded.last).to_have_text("Message from someone you block Show")
    expect(tab.page.locator("#announcer")).not_to_contain_text("look here")
    assert violations(tab.page) == []

    tab.go("/news_chat/")
    other.say(f"@{me.username} once more", room=room)
    expect(tab.greeted().room(room)).to_have_class("new")
    expect(tab.room(room).locator(".for-me")).to_have_count(0)
    tab.room(room).click()
    expect(folded.first).to_have_text("2 messages from people you block Show")
    expect(tab.texts).to_have_count(1)
    folded.first.get_by_role("button", name="Show").click()
    expect(tab.stored_message(1)).to_be_focused()
    expect(tab.texts).to_have_text(["rude words", "and more of them", "an answer"])

    tab.stored_message(1).press("p")
    tab.page.get_by_role("menuitem", name="Unblock").click()
    expect(folded).to_have_count(0)
    expect(tab.texts).to_have_count(5)
