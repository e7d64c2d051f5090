"""The field in which one writes: drafts, replies, edits, what completes a word, and what keys do."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from .. import axe
from ..tab import Held, Line, Tab

pytestmark = pytest.mark.browser

Visit = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
KEPT = "() => Object.entries(localStorage).filter(([key]) => key.startsWith('dweb.draft.'))"


@pytest.fixture
def alice(visit: Visit, server: Server, two: Two) -> Tab:
    """In a room of her own, which is empty."""
    return visit(server, two[0], f"/news_chat/?num=composer-{two[0].userid}").greeted()


def options(tab: Tab) -> Locator:
    return tab.page.get_by_role("option")


def selected(tab: Tab) -> Locator:
    """The option that the field points to."""
    chosen = tab.page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(tab.field).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    return chosen


def strip(tab: Tab) -> Locator:
    return tab.page.locator("#composer .strip")


def said(tab: Tab, text: str) -> Locator:
    """A message once it is stored."""
    message = tab.page.locator(".message[data-seq]").filter(has_text=text)
    expect(message).to_have_count(1)
    return message


def tool(tab: Tab, text: str, name: str) -> None:
    message = said(tab, text)
    message.hover()
    message.get_by_role("button", name=name).click()


# --- Drafts ---------------------------------------------------------------------------------------


def test_drafts_and_replies_stay_in_their_rooms_and_survive_a_reload(alice: Tab) -> None:
    alice.say("what do you think?")
    tool(alice, "what do you think?", "Reply")
    alice.field.press_sequentially("a draft")
    alice.field.press("Shift+Enter")
    alice.field.press_sequentially("of two lines")
    alice.room("lobby").click()
    expect(alice.field).to_have_value("")
    expect(strip(alice)).to_be_hidden()
    alice.page.locator("#rooms button:not([data-room=lobby])").click()
    for _ in range(2):
        expect(alice.field).to_have_value("a draft\nof two lines")
        expect(strip(alice)).to_contain_text("what do you think?")
        alice.page.reload()
        alice.greeted()
    alice.field.press("Enter")
    expect(said(alice, "of two lines").locator(".quote")).to_contain_text("what do you think?")
    expect(strip(alice)).to_be_hidden()
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
    expect(said(other, "only this")).to_be_visible()
    for tab, draft in ((alice, "took long to write"), (other, "")):
        tab.room("lobby").click()
        expect(tab.title).to_have_text("Lobby")
        tab.page.locator("#rooms button:not([data-room=lobby])").click()
        expect(tab.field).to_have_value(draft)
    alice.page.reload()
    expect(alice.greeted().field).to_have_value("took long to write")
    other.field.fill("something else")
    alice.field.press("Enter")
    expect(said(alice, "took long to write")).to_be_visible()
    [[_, draft]] = alice.page.evaluate(KEPT)
    assert "something else" in draft
    other.page.reload()
    expect(other.greeted().field).to_have_value("something else")
    assert other.complaints() == []


# --- Replies and edits ----------------------------------------------------------------------------


def test_reply_can_be_given_up_by_key_and_by_button(alice: Tab, two: Two) -> None:
    alice.say("the question")
    for give_up in (lambda: alice.field.press("Escape"), strip(alice).get_by_role("button", name="Cancel").click):
        tool(alice, "the question", "Reply")
        expect(strip(alice)).to_contain_text(f"Replying to {two[0].username}: the question")
        expect(alice.field).to_be_focused()
        expect(alice.field).to_have_accessible_description(f"Replying to {two[0].username}: the question")
        give_up()
        expect(strip(alice)).to_be_hidden()
        expect(alice.field).to_be_focused()
    alice.say("no reply")
    expect(said(alice, "no reply").locator(".quote")).to_have_count(0)


def test_edit_brings_the_draft_back(alice: Tab) -> None:
    alice.say("frist words")
    said(alice, "frist words")
    alice.field.press_sequentially("a draft")
    tool(alice, "frist words", "Edit")
    expect(strip(alice)).to_contain_text("Editing")
    expect(alice.field).to_have_value("frist words")
    alice.field.press_sequentially("!!")
    alice.field.press("Escape")
    expect(alice.field).to_have_value("a draft")
    tool(alice, "frist words", "Edit")
    alice.field.fill("first words")
    alice.field.press("Enter")
    expect(said(alice, "first words")).to_contain_text("edited")
    expect(alice.field).to_have_value("a draft")
    expect(strip(alice)).to_be_hidden()


def test_arrow_up_edits_the_last_message_only_from_an_empty_field(alice: Tab) -> None:
    alice.say("one")
    alice.say("two")
    said(alice, "two")
    alice.field.press_sequentially("x")
    alice.field.press("ArrowUp")
    expect(strip(alice)).to_be_hidden()
    alice.field.fill("")
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("two")
    alice.field.press("Enter")  # nothing was changed
    expect(alice.field).to_have_value("")
    expect(strip(alice)).to_be_hidden()
    alice.field.press("ArrowUp")
    alice.field.press_sequentially(" and three")
    alice.field.press("Enter")
    expect(said(alice, "two and three")).to_contain_text("edited")


# --- Keys -----------------------------------------------------------------------------------------


def test_arrow_up_waits_for_the_message_before_it(alice: Tab) -> None:
    alice.say("older")
    said(alice, "older")
    held = Held(alice.page, "**/msg_send/")
    alice.say("newer")
    sent = held.next()
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("")
    expect(strip(alice)).to_be_hidden()
    sent.continue_()
    said(alice, "newer")
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


def test_on_a_touch_screen_enter_breaks_the_line(visit: Visit, server: Server, two: Two) -> None:
    tab = visit(server, two[0], f"/news_chat/?num=touch-{two[0].userid}", **PHONE).greeted()
    tab.field.tap()
    tab.field.press_sequentially("one")
    tab.field.press("Enter")
    tab.field.press_sequentially("two")
    expect(tab.field).to_have_value("one\ntwo")
    tab.page.get_by_role("button", name="Send").tap()
    expect(tab.field).to_have_value("")
    expect(said(tab, "one")).to_contain_text("one\ntwo", use_inner_text=True)


def test_keys_make_words_bold_and_italic_and_can_be_undone(alice: Tab) -> None:
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


def test_pasted_lines_are_kept(alice: Tab) -> None:
    alice.field.evaluate(
        """field => {
            field.focus();
            document.execCommand("insertText", false, "first\\n\\n  third");
        }"""
    )
    expect(alice.field).to_have_value("first\n\n  third")
    alice.field.press("Enter")
    expect(said(alice, "first").locator("p", has_text="third")).to_have_text("  third", use_inner_text=True)


def test_others_are_told_of_typing_at_most_every_three_seconds(visit: Visit, server: Server, two: Two) -> None:
    sent: list[Any] = []
    alice = visit(server, path="about:blank://")
    alice.page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    alice.sign_in_as(two[0], server.url)
    alice.page.clock.install()
    alice.go("/news_chat/")
    alice.greeted()

    def told() -> int:
        alice.page.evaluate("() => 0")  # what was sent before is known here now
        return len([frame for frame in sent if '"typing"' in str(frame)])

    alice.field.press_sequentially("hello")
    assert told() == 1
    alice.page.clock.fast_forward(2_900)
    alice.field.press_sequentially("o")
    assert told() == 1
    alice.page.clock.fast_forward(200)
    alice.field.press_sequentially("o")
    assert told() == 2
    alice.page.clock.fast_forward(5_000)
    alice.field.fill("")
    assert told() == 2


def test_typing_in_a_private_chat_in_which_nothing_was_said_is_no_error(visit: Visit, server: Server, two: Two) -> None:
    low, high = sorted(person.userid for person in two)
    alice = visit(server, two[0], f"/news_chat/#@{low}.{high}").greeted()
    line = Line(alice)
    alice.field.press_sequentially("he")
    alice.page.evaluate("window.dispatchEvent(new Event('online'))")
    line.until_answered("ready")
    assert "typing" not in line.asked
    expect(alice.notice).to_be_hidden()
    alice.field.press("Enter")
    expect(said(alice, "he")).to_be_visible()
    alice.field.press_sequentially("y")
    line.until_asked("typing")


# --- Completion -----------------------------------------------------------------------------------


def test_names_are_completed_by_keyboard(alice: Tab, visit: Visit, server: Server, two: Two) -> None:
    bob = visit(server, two[1]).greeted()
    expect(alice.person(two[1])).to_be_visible()
    name = two[1].username
    alice.field.press_sequentially(f"hi @{name[:-1].lower()}")
    expect(alice.page.get_by_role("listbox")).to_be_visible()
    options(alice).filter(has_text=name).first.wait_for()
    while selected(alice).inner_text().split("\n")[-1] != name:
        alice.field.press("ArrowDown")
    alice.field.press("Enter")
    expect(alice.field).to_have_value(f"hi @{name} ")
    expect(options(alice)).to_have_count(0)
    expect(alice.field).to_be_focused()
    alice.field.press("Enter")
    mention = said(alice, "hi @").locator(".mention")
    expect(mention).to_have_text(f"@{name}")
    alice.field.press_sequentially(f"@{name}")
    expect(options(alice).first).to_be_visible()
    alice.field.press("Enter")  # a whole name needs no completion
    expect(alice.field).to_have_value("")
    bob.page.close()


def test_escape_closes_the_list_and_leaves_the_rest(alice: Tab) -> None:
    alice.say("the question")
    tool(alice, "the question", "Reply")
    alice.field.press_sequentially("so :smi")
    expect(options(alice).first).to_be_visible()
    alice.field.press("Escape")
    expect(options(alice)).to_have_count(0)
    expect(strip(alice)).to_be_visible()
    alice.field.press_sequentially("l")
    expect(options(alice)).to_have_count(0)
    expect(alice.field).not_to_have_attribute("aria-activedescendant", "completion-0")
    alice.field.press("Escape")
    expect(strip(alice)).to_be_hidden()
    expect(alice.field).to_have_value("so :smil")


def test_people_who_are_away_are_asked_of_the_server_and_late_answers_ignored(alice: Tab) -> None:
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"users": [{"userid": 999_999, "username": "Zoë Zimmer", "online": False}], "more": False})

    alice.page.route("**/users/?*", answer)
    alice.field.press_sequentially("@zo")
    expect(options(alice)).to_have_text("ZZZoë Zimmer")
    assert len(asked) == 1  # of "zo" alone
    alice.field.press("Tab")
    expect(alice.field).to_have_value("@Zoë Zimmer ")
    alice.field.fill("")
    alice.page.unroute("**/users/?*")
    waiting: list[Any] = []
    alice.page.route("**/users/?*", lambda route: waiting.append(route))
    with alice.page.expect_request("**/users/?*"):
        alice.field.press_sequentially("@yo")
    alice.field.press_sequentially(" there!")
    with alice.page.expect_response("**/users/?*"):
        waiting[0].fulfill(json={"users": [{"userid": 999_998, "username": "Yo", "online": True}], "more": False})
    alice.page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    expect(options(alice)).to_have_count(0)
    expect(alice.field).to_have_value("@yo there!")


def test_emoji_are_completed_and_replaced(alice: Tab) -> None:
    alice.field.press_sequentially("well :tad")
    expect(options(alice).first).to_have_text("🎉 :tada:")
    options(alice).first.click()
    expect(alice.field).to_have_value("well 🎉")
    expect(alice.field).to_be_focused()
    alice.field.press_sequentially(" :heart: and :+1:!")
    expect(alice.field).to_have_value("well 🎉 ❤️ and 👍!")
    alice.field.press("Control+z")
    alice.field.fill("")
    alice.field.press_sequentially("at 12:30:45, `x[:ok:]` http://heart:smile: :nosuchname:")
    expect(alice.field).to_have_value("at 12:30:45, `x[:ok:]` http://heart:smile: :nosuchname:")
    expect(options(alice)).to_have_count(0)


def test_nothing_is_completed_while_an_input_method_composes(alice: Tab) -> None:
    alice.field.press_sequentially(":sm")
    expect(options(alice).first).to_be_visible()
    press = "(field, key) => field.dispatchEvent(new KeyboardEvent('keydown', {key, keyCode: 229, bubbles: true}))"
    alice.field.evaluate(press, "Enter")
    expect(alice.field).to_have_value(":sm")
    alice.field.evaluate(
        """field => {
            field.value += "i";
            field.dispatchEvent(new InputEvent("input", {isComposing: true, bubbles: true}));
        }"""
    )
    expect(options(alice)).to_have_count(0)
    alice.field.dispatch_event("compositionend")
    expect(options(alice).first).to_be_visible()


# --- Everyone -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(
    visit: Visit, server: Server, two: Two, theme: str
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
    expect(options(tab).first).to_be_visible()
    assert axe.violations(tab.page) == []
    assert tab.page.evaluate(OVERFLOW) == 0
    tab.field.fill(f"@{two[1].username}")
    expect(options(tab).filter(has_text=two[1].username).first).to_be_visible()
    assert axe.violations(tab.page) == []
