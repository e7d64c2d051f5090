"""At 320 px, and at 1280 px and 200 %, every control can be reached; right-to-left names keep their place."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from ..support.server import Server, Visitor
from .tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

WINDOWS = {
    "320 px": {"viewport": {"width": 320, "height": 568}},
    "200 %": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}
# The controls that are outside of the window, or under something else, once they are scrolled into sight.
LOST = """async scope => {
    const passing = document.getAnimations().filter(each => isFinite(each.effect.getComputedTiming().endTime));
    await Promise.allSettled(passing.map(each => each.finished));
    const isLost = (each) => {
        each.scrollIntoView({ block: "nearest", inline: "nearest" });
        const { left, top, right, bottom } = each.getBoundingClientRect();
        if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) return true;
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return !each.contains(hit) && !hit.contains(each) && !hit.closest("label")?.contains(each);
    };
    const controls = [...scope.querySelectorAll("button, a, input, select, textarea, [role=option]")];
    const shown = controls.filter((each) => each.checkVisibility() && !each.matches(".catcher, .unseen"));
    return [shown.length, ...shown.filter(isLost).map((each) => each.outerHTML.slice(0, 120))];
}"""


def assert_reached(scope: Locator, least: int) -> None:
    """Nothing is wider than the window, and no control of it is lost; it has at least so many."""
    count, *lost = scope.evaluate(LOST)
    assert lost == []
    assert count >= least
    width = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert scope.page.evaluate(width) == 0


@pytest.mark.parametrize("window", WINDOWS)
def test_every_control_can_be_reached(visit: Opener, server: Server, two: Two, room: str, window: str) -> None:
    for number in range(30):
        two[1].say(f"line {number}", room=room)
    two[1].say("a last line that is somewhat longer\n```\n" + "code " * 40 + "\n```", room=room, reply=3)
    tab = visit(server, two[0], f"/news_chat/?num={room}", **WINDOWS[window]).greeted()
    body = tab.page.locator("body")
    expect(tab.stored_message(1)).to_be_attached()
    tab.stored_message(31).evaluate("each => each.scrollIntoView({ block: 'end' })")
    tab.field.fill("word " * 60)
    assert_reached(tab.page.locator("#foot"), 2)
    assert_reached(tab.page.locator("#talk > .bar"), 3)
    assert tab.page.locator("#messages").evaluate("each => each.clientHeight") >= 100
    tab.field.fill("")
    assert_reached(tab.open_details(), 5)
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+Shift+F")
    tab.page.get_by_role("searchbox").fill("line")
    expect(tab.page.locator("#panel mark").first).to_be_visible()
    assert_reached(tab.page.locator("#panel"), 20)
    tab.page.keyboard.press("Escape")
    tab.side()
    assert_reached(body, 5)
    tab.page.locator("#me").click()
    expect(tab.page.get_by_role("menuitem").nth(7)).to_be_visible()
    assert_reached(tab.page.locator(".menu"), 7)
    tab.page.get_by_role("menuitem", name="Settings").click()
    expect(tab.dialog).to_contain_text("Signed in as")
    assert_reached(tab.dialog, 6)
    tab.page.keyboard.press("Escape")
    expect(tab.look_for("r").nth(1)).to_be_visible()
    assert_reached(tab.dialog, 4)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("path", ["/", "/register/"])
def test_every_field_can_be_reached(visit: Opener, server: Server, window: str, path: str) -> None:
    tab = visit(server, None, path, **WINDOWS[window])
    tab.page.locator("main button[type=submit]").click()
    expect(tab.page.locator("[aria-invalid=true]").first).to_be_focused()
    assert_reached(tab.page.locator("body"), 6)


@pytest.fixture(params=["ليلى", "דנה"])
def name(request: pytest.FixtureRequest, crowd: Iterator[Visitor]) -> str:
    return f"{request.param} {next(crowd).userid}"


# Where the words of an element begin and end, from left to right.
WORDS = """(each, words) => {
    const text = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    while (text.nextNode() && !text.currentNode.data.includes(words));
    const range = document.createRange();
    const at = text.currentNode.data.indexOf(words);
    range.setStart(text.currentNode, at);
    range.setEnd(text.currentNode, at + words.length);
    const { left, right } = range.getBoundingClientRect();
    return [left, right];
}"""


def assert_in_order(each: Locator, *words: str) -> None:
    """They stand from left to right, and none within another."""
    edges = [edge for word in words for edge in each.evaluate(WORDS, word)]
    assert edges == sorted(edges)


def assert_beside(one: Locator, other: Locator) -> None:
    left, right = one.bounding_box(), other.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]


def test_right_to_left_names_keep_their_place(
    visit: Opener, server: Server, two: Two, room: str, screen: dict[str, int], name: str
) -> None:
    [other] = server.people(1, [name])
    other.get(f"/news_chat/?num={room}")
    with other.greeted() as socket:
        other.say("english", room=room)
        two[0].say(f"@{name} 1.5 of it", room=room, reply=1)  # no number of a name has a point
        other.say("to you", type="0", userto=two[0].userid)
        tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
        first, answer = tab.stored_message(1), tab.stored_message(2)
        expect(answer.locator(".quote")).to_contain_text(name)
        time = first.locator("time").text_content() or ""
        assert_in_order(first, name, time)
        assert first.locator(".text").evaluate(WORDS, "english")[0] == first.locator(".name").evaluate(WORDS, name)[0]
        assert_in_order(answer.locator(".text"), f"@{name}", "1.5", "of it")
        socket.send(f'{{"type":"typing","room":"{room}"}}')
        expect(tab.page.locator("#typing")).to_have_text(f"{name} is typing …")
        assert_in_order(tab.page.locator("#typing"), name, "is typing")
        tab.side()
        row = tab.direct(other)
        expect(row.locator(".for-me")).to_have_text("1")
        assert_beside(row.locator("bdi").first, row.locator(".for-me"))
        row.click()
        expect(tab.title).to_have_text(name)
        assert_beside(tab.page.locator("#face"), tab.title)
