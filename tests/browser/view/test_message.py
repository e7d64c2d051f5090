"""One message in the list: while it is sent, edited, very long; and the lines that part the messages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..network import Held
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

BOX = "each => { const {top, height} = each.getBoundingClientRect(); return [top, height]; }"


def test_a_message_stands_where_it_will_stand(alice: Tab) -> None:
    """Before the server has it, and after: the same place and height, also of the second one in a row."""
    alice.say("the first one")
    alice.said("the first one")
    held = Held(alice.page, "**/msg_send/")
    for text in ("in a row", "and another one", "a line that is nearly full " * 30, "- an item\n- and one more"):
        alice.say(text)
        pending = alice.page.locator(".message.pending")
        expect(pending).to_contain_text(text.split("\n")[0].strip(" -"))
        box = pending.evaluate(BOX)
        held.next().continue_()
        said = alice.said(text.split("\n")[0].strip(" -"))
        expect(alice.page.locator(".message.pending")).to_have_count(0)
        assert said.evaluate(BOX) == box


def test_the_words_about_sending_come_after_a_second(alice: Tab) -> None:
    words = "each => (style => [style.content, style.animationDelay])(getComputedStyle(each, '::after'))"
    held = Held(alice.page, "**/msg_send/")
    alice.say("slowly")
    text = alice.page.locator(".message.pending .text")
    expect(text).to_have_text("slowly")
    assert text.evaluate(words) == ['"Sending …"', "1s"]
    held.next().continue_()
    alice.said("slowly")


def test_an_edit_marks_its_message_and_send_becomes_save(alice: Tab) -> None:
    alice.say("to be changed")
    alice.act(alice.said("to be changed"), "Edit")
    expect(alice.page.locator(".message.editing")).to_have_text(alice.said("to be changed").text_content() or "")
    expect(alice.page.get_by_role("button", name="Save")).to_be_visible()
    alice.field.press("Escape")
    expect(alice.page.locator(".message.editing")).to_have_count(0)
    expect(alice.page.get_by_role("button", name="Send")).to_be_visible()


@pytest.mark.parametrize("text", ["a line\n" * 50 + "the end", "word " * 790 + "the end"], ids=["lines", "characters"])
def test_a_long_message_is_folded_until_one_asks(alice: Tab, text: str) -> None:
    alice.say(text)
    long = alice.said("the end")
    height = long.evaluate("each => each.getBoundingClientRect().height")
    assert height < 400
    long.get_by_role("button", name="Show all").click()
    assert long.evaluate("each => each.getBoundingClientRect().height") > 2 * height
    alice.say("another one")  # it stays unfolded while others come
    alice.said("another one")
    expect(long.get_by_role("button", name="Show all")).to_have_count(0)
    alice.say("short")
    expect(alice.said("short").get_by_role("button", name="Show all")).to_have_count(0)


def test_code_keeps_its_lines_and_scrolls(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> None:
    two[1].say("```\nif one:\n    " + "word " * 60 + "\n```", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    code = tab.stored_message(1).locator("pre")
    assert code.evaluate("each => each.scrollWidth > each.clientWidth")
    height, line = (
        code.evaluate(f"each => {what}")
        for what in ("each.clientHeight", "parseFloat(getComputedStyle(each).lineHeight)")
    )
    assert 2 * line <= height < 4 * line


def test_a_new_day_and_new_messages_share_one_line(visit: Opener, server: Server, two: Two, room: str) -> None:
    two[1].say("unread", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    expect(tab.page.get_by_role("separator")).to_have_text(["Today · New"])


def test_the_day_is_said_while_one_scrolls(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> None:
    for number in range(60):
        two[1].say(f"line {number}", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}#30", viewport=screen).greeted()
    expect(tab.stored_message(30)).to_be_in_viewport()
    tab.page.locator("#date").wait_for(state="attached")
    tab.page.evaluate(DATES)
    tab.page.locator("#messages").hover()
    tab.page.mouse.wheel(0, -200)
    tab.page.wait_for_function("() => dates.includes('Today true') && dates.at(-1) === 'Today false'")


def test_few_messages_stand_by_the_composer(alice: Tab) -> None:
    alice.say("alone")
    message = alice.said("alone").bounding_box()
    composer = alice.page.locator("#composer").bounding_box()
    assert message is not None
    assert composer is not None
    assert composer["y"] - (message["y"] + message["height"]) < 60


# What the pill with the day was, whenever it changed.
DATES = """() => {
    const pill = document.querySelector("#date");
    globalThis.dates = [];
    const note = () => dates.push(`${pill.textContent} ${pill.classList.contains("shown")}`);
    new MutationObserver(note).observe(pill, { attributes: true, childList: true });
    note();
}"""
