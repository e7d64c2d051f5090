"""A deletion can be taken back for a while, and is made however the page ends."""

import pytest
from playwright.sync_api import Locator, expect

from ..support.server import Visitor
from .tab import Tab

pytestmark = pytest.mark.browser

Two = tuple[Visitor, Visitor]
KEPT = "() => Object.keys(sessionStorage).filter((key) => /outgoing/.test(key)).map((key) => sessionStorage[key])"


def undo(tab: Tab, seq: int) -> Locator:
    return tab.stored_message(seq).get_by_role("button", name="Undo")


def delete(tab: Tab, seq: int) -> None:
    tab.act(tab.stored_message(seq), "Delete")
    tab.dialog.get_by_role("button", name="Delete").click()
    expect(undo(tab, seq)).to_be_visible()


def test_a_deletion_that_cannot_be_undone_is_no_longer_offered_to_be(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("a secret")
    delete(alice, 1)
    expect(bob.texts).to_have_text(["This message was deleted."])
    expect(undo(alice, 1)).to_have_count(0)


def test_who_leaves_the_page_after_a_deletion_has_deleted(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("a secret")
    delete(alice, 1)
    alice.page.goto("about:blank")
    expect(bob.texts).to_have_text(["This message was deleted."])


def test_all_deletions_are_made_when_the_page_ends_even_behind_a_message_that_waits(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    for text in ("one", "two"):
        alice.say(text)
    expect(bob.texts).to_have_text(["one", "two"])
    alice.page.route("**/msg_send/", lambda route: "waits" in (route.request.post_data or "") or route.continue_())
    alice.say("waits for its answer")
    expect(alice.message("waits for its answer")).to_be_visible()
    for seq in (1, 2):
        delete(alice, seq)
    alice.page.goto("about:blank")
    expect(bob.texts).to_have_text(["This message was deleted."] * 2)


def test_who_hides_the_page_can_no_longer_take_a_deletion_back(both: tuple[Tab, Tab]) -> None:
    """A phone may end a page that is hidden, without a word."""
    alice, bob = both
    alice.say("a secret")
    delete(alice, 1)
    alice.hide()
    expect(undo(alice, 1)).to_have_count(0)
    expect(bob.texts).to_have_text(["This message was deleted."])


def test_who_signs_out_after_a_deletion_has_deleted(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    alice.say("a secret")
    delete(alice, 1)
    alice.side()
    alice.page.locator("#me").click()
    alice.page.get_by_role("menuitem", name="Sign out").click()
    expect(alice.page.get_by_label("Account")).to_be_visible()
    expect(bob.texts).to_have_text(["This message was deleted."])


def test_nothing_is_done_with_a_message_while_its_deletion_can_be_taken_back(both: tuple[Tab, Tab]) -> None:
    alice, _ = both
    alice.say("the first")
    alice.say("a secret " * 300)
    expect(alice.stored_message(2).get_by_role("button", name="Show all")).to_be_visible()
    delete(alice, 2)
    expect(alice.stored_message(2).get_by_role("button")).to_have_text(["Undo"])
    alice.stored_message(2).focus()
    alice.page.keyboard.press("Delete")
    expect(alice.dialog).to_have_count(0)
    alice.field.focus()
    alice.page.keyboard.press("ArrowUp")
    expect(alice.field).to_have_value("the first")
    undo(alice, 2).click()
    expect(alice.stored_message(2)).to_contain_text("a secret")


def test_what_was_deleted_elsewhere_meanwhile_is_deleted(both: tuple[Tab, Tab], two: Two) -> None:
    alice, _ = both
    alice.say("a secret")
    delete(alice, 1)
    low, high = sorted(person.userid for person in two)
    assert two[0].post(type="delete", room=f"@{low}.{high}", seq=1).status == 200
    answers = alice.page.expect_response("**/msg_send/")
    alice.may_say("status of 404")
    with answers:
        alice.hide()
    expect(alice.texts).to_have_text(["This message was deleted."])
    expect(alice.page.locator(".failed")).to_have_count(0)
    alice.page.wait_for_function(f"() => String(({KEPT})()) === '[]'")


def test_two_deletions_can_be_taken_back_each_and_after_a_look_elsewhere(both: tuple[Tab, Tab]) -> None:
    alice, bob = both
    for text in ("one", "two"):
        alice.say(text)
    expect(bob.texts).to_have_text(["one", "two"])
    alice.page.clock.install()
    for seq in (1, 2):
        delete(alice, seq)
    title = alice.title.inner_text()
    alice.page.keyboard.press("Alt+ArrowDown")
    expect(alice.title).not_to_have_text(title)
    alice.page.keyboard.press("Alt+ArrowUp")
    expect(alice.title).to_have_text(title)
    undo(alice, 1).click()
    expect(alice.stored_message(1)).to_contain_text("one")
    expect(undo(alice, 2)).to_be_visible()


def test_focus_that_was_on_undo_goes_to_the_conversation(both: tuple[Tab, Tab]) -> None:
    alice, _ = both
    alice.say("a secret")
    delete(alice, 1)
    undo(alice, 1).focus()
    expect(undo(alice, 1)).to_have_count(0)
    assert alice.page.evaluate("document.activeElement !== document.body")


def test_dialog_about_a_message_is_closed_with_its_room(both: tuple[Tab, Tab]) -> None:
    alice, _ = both
    alice.say("stays")
    alice.act(alice.stored_message(1), "Delete")
    expect(alice.dialog).to_be_visible()
    title = alice.title.inner_text()
    alice.page.keyboard.press("Alt+ArrowDown")
    expect(alice.title).to_have_text(title)
    alice.page.evaluate("history.pushState(null, '', '/news_chat/'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(alice.title).to_have_text("Lobby")
    expect(alice.dialog).to_have_count(0)
