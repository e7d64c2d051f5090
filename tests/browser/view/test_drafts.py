"""Drafts: one for each room, kept in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

KEPT = "() => Object.entries(localStorage).filter(([key]) => key.startsWith('dweb.draft.'))"


def test_drafts_and_replies_stay_in_their_rooms_and_survive_a_reload(alice: Tab) -> None:
    alice.say("what do you think?")
    alice.act(alice.said("what do you think?"), "Reply")
    alice.field.press_sequentially("a draft")
    alice.field.press("Shift+Enter")
    alice.field.press_sequentially("of two lines")
    alice.room("lobby").click()
    expect(alice.field).to_have_value("")
    expect(alice.strip).to_be_hidden()
    alice.page.locator("#rooms button:not([data-room=lobby])").click()
    for _ in range(2):
        expect(alice.field).to_have_value("a draft\nof two lines")
        expect(alice.strip).to_contain_text("what do you think?")
        alice.page.reload()
        alice.greeted()
    alice.field.press("Enter")
    expect(alice.said("of two lines").locator(".quote")).to_contain_text("what do you think?")
    expect(alice.strip).to_be_hidden()
    assert alice.page.evaluate(KEPT) == []


def test_empty_drafts_are_not_kept(alice: Tab) -> None:
    alice.field.press_sequentially("x")
    assert len(alice.page.evaluate(KEPT)) == 1
    alice.field.press("Backspace")
    assert alice.page.evaluate(KEPT) == []
    alice.field.press_sequentially("  ")
    assert alice.page.evaluate(KEPT) == []
    alice.field.press("Enter")
    expect(alice.field).to_have_value("  ")
    assert alice.texts.count() == 0


def test_drafts_without_storage_stay_while_the_page_does(alice: Tab) -> None:
    alice.page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
    )
    alice.field.press_sequentially("not to be lost")
    alice.room("lobby").click()
    expect(alice.field).to_have_value("")
    alice.page.locator("#rooms button:not([data-room=lobby])").click()
    expect(alice.field).to_have_value("not to be lost")


def test_each_tab_has_the_draft_that_was_written_in_it(alice: Tab, server: Server) -> None:
    other = Tab(alice.context, server)
    other.go(alice.page.url)
    other.greeted()
    alice.field.press_sequentially("took long to write")
    other.say("only this")
    expect(other.said("only this")).to_be_visible()
    for tab, draft in ((alice, "took long to write"), (other, "")):
        tab.room("lobby").click()
        expect(tab.title).to_have_text("Lobby")
        tab.page.locator("#rooms button:not([data-room=lobby])").click()
        expect(tab.field).to_have_value(draft)
    alice.page.reload()
    expect(alice.greeted().field).to_have_value("took long to write")
    other.field.fill("something else")
    # Each process has a copy of the storage: this one's must have come to alice's.
    alice.page.wait_for_function("() => JSON.stringify(localStorage).includes('something else')")
    alice.field.press("Enter")
    expect(alice.said("took long to write")).to_be_visible()
    [[_, draft]] = alice.page.evaluate(KEPT)
    assert "something else" in draft
    other.page.reload()
    expect(other.greeted().field).to_have_value("something else")
    assert other.complaints() == []
