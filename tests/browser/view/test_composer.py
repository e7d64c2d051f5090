"""The field in which one writes: replies, edits, and what keys do."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from .. import axe
from ..network import Held, Line
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


# --- Replies and edits ----------------------------------------------------------------------------


def test_reply_can_be_given_up_by_key_and_by_button(alice: Tab, two: Two) -> None:
    alice.say("the question")
    for give_up in (lambda: alice.field.press("Escape"), alice.strip.get_by_role("button", name="Cancel").click):
        alice.act(alice.said("the question"), "Reply")
        expect(alice.strip).to_contain_text(f"Replying to {two[0].username}: the question")
        expect(alice.field).to_be_focused()
        expect(alice.field).to_have_accessible_description(f"Replying to {two[0].username}: the question")
        give_up()
        expect(alice.strip).to_be_hidden()
        expect(alice.field).to_be_focused()
    alice.say("no reply")
    expect(alice.said("no reply").locator(".quote")).to_have_count(0)


def test_edit_brings_the_draft_back(alice: Tab) -> None:
    alice.say("frist words")
    alice.said("frist words")
    alice.field.press_sequentially("a draft")
    alice.act(alice.said("frist words"), "Edit")
    expect(alice.strip).to_contain_text("Editing")
    expect(alice.field).to_have_value("frist words")
    alice.field.press_sequentially("!!")
    alice.field.press("Escape")
    expect(alice.field).to_have_value("a draft")
    alice.act(alice.said("frist words"), "Edit")
    alice.field.fill("first words")
    alice.field.press("Enter")
    expect(alice.said("first words")).to_contain_text("edited")
    expect(alice.field).to_have_value("a draft")
    expect(alice.strip).to_be_hidden()


def test_arrow_up_edits_the_last_message_only_from_an_empty_field(alice: Tab) -> None:
    alice.say("one")
    alice.say("two")
    alice.said("two")
    alice.field.press_sequentially("x")
    alice.field.press("ArrowUp")
    expect(alice.strip).to_be_hidden()
    alice.field.fill("")
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("two")
    alice.field.press("Enter")  # nothing was changed
    expect(alice.field).to_have_value("")
    expect(alice.strip).to_be_hidden()
    alice.field.press("ArrowUp")
    alice.field.press_sequentially(" and three")
    alice.field.press("Enter")
    expect(alice.said("two and three")).to_contain_text("edited")


# --- Keys -----------------------------------------------------------------------------------------


def test_arrow_up_waits_for_the_message_before_it(alice: Tab) -> None:
    alice.say("older")
    alice.said("older")
    held = Held(alice.page, "**/msg_send/")
    alice.say("newer")
    sent = held.next()
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("")
    expect(alice.strip).to_be_hidden()
    sent.continue_()
    alice.said("newer")
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("newer")
    alice.field.fill("newest")
    alice.field.press("Enter")
    edit = held.next()
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("newest")
    alice.field.press("Escape")
    alice.act(alice.stored_message(2), "Edit")
    expect(alice.field).to_have_value("newest")
    alice.field.press("Escape")
    edit.continue_()
    expect(alice.stored_message(2).locator(".text")).to_have_text("newest edited")


def test_on_a_touch_screen_enter_breaks_the_line(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], f"/news_chat/?num=touch-{two[0].userid}", **PHONE).greeted()
    tab.field.tap()
    tab.field.press_sequentially("one")
    tab.field.press("Enter")
    tab.field.press_sequentially("two")
    expect(tab.field).to_have_value("one\ntwo")
    tab.page.get_by_role("button", name="Send").tap()
    expect(tab.field).to_have_value("")
    expect(tab.said("one")).to_contain_text("one\ntwo", use_inner_text=True)


def ready_to_format(tab: Tab) -> None:
    """The first key loads what formats."""
    with tab.page.expect_response("**/view/formatting*"):
        tab.field.press("Shift")
    tab.page.wait_for_load_state("networkidle")


def test_keys_make_words_bold_and_italic_and_can_be_undone(alice: Tab) -> None:
    ready_to_format(alice)
    alice.field.press_sequentially("make this bold")
    alice.field.evaluate("field => field.setSelectionRange(4, 10)")  # with the spaces beside it
    alice.field.press("Control+b")
    expect(alice.field).to_have_value("make **this** bold")
    alice.field.press("Control+i")
    expect(alice.field).to_have_value("make ***this*** bold")
    for words in ("make **this** bold", "make this bold"):
        alice.field.press("Control+z")
        expect(alice.field).to_have_value(words)
    alice.field.press("End")
    alice.field.press("Control+b")
    alice.field.press_sequentially("x")
    expect(alice.field).to_have_value("make this bold**x**")


def test_field_grows_with_its_text_and_counts_what_is_left(alice: Tab) -> None:
    height = "field => field.getBoundingClientRect().height"
    low = alice.field.evaluate(height)
    alice.field.fill("line\n" * 5)
    assert alice.field.evaluate(height) > low + 60
    alice.field.fill("line\n" * 500)
    assert alice.field.evaluate(height) < 400
    left = alice.page.locator("#composer .left")
    expect(left).to_be_hidden()
    alice.field.fill("🎉" * 3_801)
    expect(left).to_have_text("199 left")
    alice.field.fill("🎉" * 4_001)
    expect(left).to_have_text("1 too many")
    expect(alice.field).to_have_attribute("aria-invalid", "true")
    alice.field.press("Enter")
    expect(alice.notice).to_contain_text("A message has at most 4000 characters; this has 4001.")
    alice.field.fill("🎉" * 4_000)
    expect(left).to_have_text("0 left")
    alice.field.press("Enter")
    expect(alice.field).to_have_value("")
    expect(left).to_be_hidden()
    expect(alice.page.locator(".message[data-seq]")).to_have_count(1)


def test_keys_strike_words_out_and_make_them_code_and_take_that_back(alice: Tab) -> None:
    ready_to_format(alice)
    for key, mark in (("Control+b", "**"), ("Control+i", "*"), ("Control+e", "`"), ("Control+Shift+x", "~~")):
        alice.field.fill("said so")
        alice.field.evaluate("field => field.setSelectionRange(0, 5)")  # with the space
        alice.field.press(key)
        expect(alice.field).to_have_value(f"{mark}said{mark} so")
        alice.field.press(key)
        expect(alice.field).to_have_value("said so")
    alice.field.press("Control+b")
    alice.field.press("Control+i")
    expect(alice.field).to_have_value("***said*** so")
    alice.field.press("Control+b")
    expect(alice.field).to_have_value("*said* so")


def test_an_address_pasted_over_words_makes_a_link(alice: Tab) -> None:
    paste = """(field, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
        return field.dispatchEvent(event);
    }"""
    ready_to_format(alice)
    alice.field.fill("see the notes today")
    alice.field.evaluate("field => field.setSelectionRange(4, 14)")
    assert alice.field.evaluate(paste, "no address")  # the browser's own way
    assert not alice.field.evaluate(paste, "https://example.org/notes")
    expect(alice.field).to_have_value("see [the notes](https://example.org/notes) today")
    assert alice.field.evaluate(paste, "https://example.org/")  # nothing is selected
    alice.field.fill("Foo")
    alice.field.select_text()
    assert not alice.field.evaluate(paste, "https://example.org/Foo_(bar)")
    expect(alice.field).to_have_value("[Foo](https://example.org/Foo_%28bar%29)")
    alice.field.fill("see [the notes](https://example.org/notes) today")
    alice.field.press("Enter")
    expect(alice.said("see the notes").get_by_role("link", name="the notes")).to_have_attribute(
        "href", "https://example.org/notes"
    )


def test_pasted_lines_are_kept(alice: Tab) -> None:
    alice.field.evaluate(
        """field => {
            field.focus();
            document.execCommand("insertText", false, "first\\n\\n  third");
        }"""
    )
    expect(alice.field).to_have_value("first\n\n  third")
    alice.field.press("Enter")
    expect(alice.said("first").locator("p", has_text="third")).to_have_text("  third", use_inner_text=True)


def test_others_are_told_of_typing_at_most_every_three_seconds(visit: Opener, server: Server, two: Two) -> None:
    sent: list[Any] = []
    alice = visit(server, path="about:blank://")
    alice.page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    alice.sign_in_as(two[0], server.url)
    alice.page.clock.install()
    alice.go("/news_chat/")
    alice.greeted().stop_clock()

    def sent_typing() -> int:
        alice.page.evaluate("() => 0")  # what was sent before is known here now
        return len([frame for frame in sent if '"typing"' in str(frame)])

    alice.field.press_sequentially("hello")
    assert sent_typing() == 1
    alice.page.clock.run_for(2_900)
    alice.field.press_sequentially("o")
    assert sent_typing() == 1
    alice.page.clock.run_for(200)
    alice.field.press_sequentially("o")
    assert sent_typing() == 2
    alice.page.clock.run_for(5_000)
    alice.field.fill("")
    assert sent_typing() == 2


def test_typing_in_a_private_chat_in_which_nothing_was_said_is_no_error(
    visit: Opener, server: Server, two: Two
) -> None:
    low, high = sorted(person.userid for person in two)
    alice = visit(server, two[0], f"/news_chat/#@{low}.{high}").greeted()
    line = Line(alice)
    alice.field.press_sequentially("he")
    alice.page.evaluate("window.dispatchEvent(new Event('online'))")
    line.until_answered("ready")
    assert "typing" not in line.asked
    expect(alice.notice).to_be_hidden()
    alice.field.press("Enter")
    expect(alice.said("he")).to_be_visible()
    alice.field.press_sequentially("y")
    line.until_asked("typing")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(
    visit: Opener, server: Server, two: Two, theme: str
) -> None:
    phone = PHONE | {"color_scheme": theme}
    tab = visit(server, two[0], f"/news_chat/?num=axe-{theme}-{two[0].userid}", **phone).greeted()
    two[1].greeted()
    two[0].say(
        f"**b** `c` @{two[0].username} https://a.example/{'x' * 200}\n> q `c` https://a.example\n\n- a\n- b\n"
        f"```py\n{'y' * 300}\n```",
        room=f"axe-{theme}-{two[0].userid}",
    )
    expect(tab.page.locator(".message .mention.me")).to_be_visible()
    assert axe.violations(tab.page) == []
    assert tab.page.evaluate(OVERFLOW) == 0
    tab.field.fill(f"{'z' * 3_990} :smile")
    expect(tab.options.first).to_be_visible()
    assert axe.violations(tab.page) == []
    assert tab.page.evaluate(OVERFLOW) == 0
    tab.field.fill(f"@{two[1].username}")
    expect(tab.options.filter(has_text=two[1].username).first).to_be_visible()
    assert axe.violations(tab.page) == []
