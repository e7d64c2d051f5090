"""The tools of a message: what they do, by pointer and by key, and that they cover no words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab, attempts

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

WIDTHS = (320, 390, 500, 720, 721, 1000, 1920)
SCREENS = [*((width, False) for width in WIDTHS), (800, True), (1100, True)]
COPIED = "() => navigator.clipboard.readText()"
# Pixels by which the tools lie over words of any message.
COVERED = """() => {
    const tools = document.querySelector(".tools").getBoundingClientRect();
    let most = 0;
    for (const part of document.querySelectorAll(".message :is(.text, .name, .by time)")) {
        const range = document.createRange();
        range.selectNodeContents(part);
        for (const words of range.getClientRects()) {
            const across = Math.min(words.right, tools.right) - Math.max(words.left, tools.left);
            const down = Math.min(words.bottom, tools.bottom) - Math.max(words.top, tools.top);
            if (across > 0 && down > 0) most = Math.max(most, Math.min(across, down));
        }
    }
    return most;
}"""


def test_a_text_is_copied_as_it_was_written(visit: Opener, server: Server, two: Two, room: str) -> None:
    two[1].say("**bold** and\n- a list", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    tab.act(tab.stored_message(1), "Copy text")
    expect(tab.page.locator("#announcer")).to_have_text("Copied")
    assert tab.page.evaluate(COPIED) == "**bold** and\n- a list"
    tab.page.evaluate("() => navigator.clipboard.writeText('')")
    tab.stored_message(1).press("c")
    tab.page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('**bold**')")


@pytest.mark.parametrize("kept", ["view/tools*.js", "css/tools*.css"])
def test_what_one_points_at_while_the_tools_are_loaded_is_taken_in_order(
    visit: Opener, server: Server, two: Two, room: str, kept: str
) -> None:
    for number in range(1, 6):
        two[1].say(f"message {number}", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    waiting: list[Route] = []
    tab.page.route(f"**/{kept}", lambda route: waiting.append(route))
    for number in (2, 4, 5, 3):
        tab.stored_message(number).hover()
    for _ in attempts(tab.page, "the request for the tools"):
        if waiting:
            break
    tab.stored_message(1).hover()
    waiting.pop().continue_()
    expect(tab.stored_message(1).get_by_role("toolbar")).to_be_visible()
    expect(tab.page.get_by_role("toolbar", name="This message")).to_have_count(1)


def test_a_text_is_copied_without_a_clipboard_too(visit: Opener, server: Server, two: Two, room: str) -> None:
    """Over plain HTTP, on another host than localhost, a page has none."""
    two[1].say("by the old command", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    tab.stored_message(1).focus()
    tab.page.evaluate("() => document.addEventListener('copy', () => (copied = `${getSelection()}`))")
    tab.stored_message(1).press("c")
    tab.page.wait_for_function("() => globalThis.copied === 'by the old command'")
    expect(tab.page.locator("#announcer")).to_have_text("Copied")
    expect(tab.stored_message(1)).to_be_focused()


@pytest.mark.parametrize("private", [False, True])
def test_the_link_of_a_message_opens_it(visit: Opener, server: Server, two: Two, room: str, private: bool) -> None:
    ann, bob = two
    where = {"type": "0", "userto": bob.userid} if private else {"room": room}
    for number in range(1, 151):
        ann.say(f"line {number}", **where)
    low, high = sorted(person.userid for person in two)
    tab = visit(server, ann, f"/news_chat/#@{low}.{high}" if private else f"/news_chat/?num={room}").greeted()
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    tab.act(tab.stored_message(150), "Copy link")
    expect(tab.page.locator("#announcer")).to_have_text("Copied")
    address = tab.page.evaluate(COPIED)
    assert address == f"{server.url}/news_chat/" + (f"#@{low}.{high}/150" if private else f"?num={room}#150")
    other = visit(server, bob, address.replace("150", "20")).greeted()
    expect(other.stored_message(20)).to_be_in_viewport()
    expect(other.stored_message(20)).to_be_focused()
    expect(other.stored_message(150)).to_have_count(0)


def test_arrows_go_from_tool_to_tool(visit: Opener, server: Server, two: Two, room: str) -> None:
    two[0].say("mine", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.stored_message(1).hover()
    reply = tab.page.get_by_role("button", name="Reply")
    reply.focus()
    reply.press("ArrowRight")
    expect(tab.page.get_by_role("button", name="Copy text")).to_be_focused()
    tab.page.keyboard.press("ArrowLeft")
    expect(reply).to_be_focused()


@pytest.mark.parametrize(("width", "touch"), SCREENS)
def test_the_tools_cover_no_words(visit: Opener, server: Server, two: Two, room: str, width: int, touch: bool) -> None:
    for person in (two[0], two[1], two[0]):
        person.say("words and more words " * 20, room=room)
        person.say("short", room=room)
    look = {"viewport": {"width": width, "height": 800}, "has_touch": touch, "is_mobile": touch}
    tab = visit(server, two[0], f"/news_chat/?num={room}", **look).greeted()
    for seq in range(1, 7):
        tab.stored_message(seq).hover()
        expect(tab.stored_message(seq).locator(".tools")).to_be_visible()
        assert tab.page.evaluate(COVERED) < 1, seq


@pytest.mark.parametrize(
    ("width", "rows"), [(1280, ["Copy link", "Delete"]), (500, ["Copy text", "Copy link", "Delete"])]
)
def test_what_is_rare_stands_behind_more(
    visit: Opener, server: Server, two: Two, room: str, width: int, rows: list[str]
) -> None:
    two[0].say("mine", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport={"width": width, "height": 800}).greeted()
    tab.stored_message(1).hover()
    more = tab.page.get_by_role("button", name="More")
    more.click()
    expect(tab.page.get_by_role("menuitem")).to_have_text(rows)
    button = tab.page.locator(".tools > :last-child")
    expect(button).to_have_attribute("aria-expanded", "true")
    menu, place = tab.page.locator(".menu").bounding_box(), button.bounding_box()
    assert menu
    assert place
    assert abs(menu["x"] + menu["width"] / 2 - place["x"]) < menu["width"]  # it stands by its button
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    expect(more).to_be_focused()
    more.press("Enter")
    tab.page.keyboard.press("End")
    tab.page.keyboard.press("Enter")
    expect(tab.dialog).to_contain_text("Delete this message for everyone?")
