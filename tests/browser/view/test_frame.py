"""The frame: headers of one height, a title and a composer at rest, and the way to the newest that covers no words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..colours import LINE
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

BELOW = 3  # the contrast that a line needs to be seen as an edge
# Words in sight that the button to the newest messages lies over.
COVERED = """() => {
    const button = document.querySelector("#to-end").getBoundingClientRect();
    const sight = document.querySelector("#messages").getBoundingClientRect();
    const covered = [];
    for (const part of document.querySelectorAll(".message :is(.text, .name, time), #typing")) {
        const range = document.createRange();
        range.selectNodeContents(part);
        const isTyping = part.id === "typing";
        const bottom = isTyping ? Infinity : sight.bottom;
        const { paddingRight } = getComputedStyle(part);
        const right = isTyping ? part.getBoundingClientRect().right - parseFloat(paddingRight) : Infinity;
        for (const words of range.getClientRects()) {
            const across = Math.min(words.right, button.right, right) - Math.max(words.left, button.left);
            const down = Math.min(words.bottom, button.bottom, bottom) - Math.max(words.top, button.top);
            if (across > 1 && down > 1) covered.push(part.textContent.slice(0, 40));
        }
    }
    return covered;
}"""
# Whether what is at the middle of an element is of it.
ON_TOP = """each => {
    const { left, top, width, height } = each.getBoundingClientRect();
    return each.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def bottom(each: Locator) -> float:
    box = each.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_headers_share_one_line(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.open_details().evaluate("each => Promise.all(each.getAnimations().map((one) => one.finished))")
    assert len({bottom(tab.page.locator(f"{part} > .bar")) for part in ("#side", "#talk", "#panel")}) == 1


def test_a_title_stays_when_its_subtitle_comes(both: tuple[Tab, Tab]) -> None:
    tab, _ = both
    expect(tab.page.locator("#subtitle")).to_have_text("online")
    place = tab.title.bounding_box()
    tab.page.locator("#subtitle").evaluate("each => each.replaceChildren()")
    assert tab.title.bounding_box() == place


def test_a_field_with_the_focus_has_no_ring(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    expect(tab.field).to_be_focused()
    assert [each.evaluate(LINE) < BELOW for each in (tab.field, tab.page.locator(".box"))] == [True, True]


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("width", [360, pytest.param(390, marks=pytest.mark.long), 1280])
def test_the_way_to_the_newest_covers_no_words(
    visit: Opener, server: Server, two: Two, room: str, width: int, touch: bool
) -> None:
    for number in range(40):
        two[1].say(f"{number} " + "words and more words " * 8, room=room)
    look = {"viewport": {"width": width, "height": 740}, "has_touch": touch, "is_mobile": touch}
    tab = visit(server, two[0], f"/news_chat/?num={room}#20", **look).greeted()
    expect(tab.stored_message(20)).to_be_in_viewport()
    button = tab.page.locator("#to-end")
    expect(button).to_be_visible()
    assert button.evaluate(ON_TOP)
    [typist] = server.people(1, ["W" * 40])
    typist.get(f"/news_chat/?num={room}")
    with typist.greeted() as socket:
        socket.send(f'{{"type":"typing","room":"{room}"}}')
        expect(tab.page.locator("#typing")).to_contain_text("W")
    for _ in range(20):
        assert tab.page.evaluate(COVERED) == []
        tab.page.locator("#messages").evaluate("each => { each.scrollTop -= 7; }")
    tab.field.fill("@")
    expect(tab.options.first).to_be_visible()
    for option in (tab.options.first, tab.options.last):
        option.scroll_into_view_if_needed()
        assert option.evaluate(ON_TOP)
    tab.field.fill("")
    expect(tab.options).to_have_count(0)
    button.click()
    expect(tab.stored_message(40)).to_be_in_viewport()
    expect(button).to_be_hidden()
