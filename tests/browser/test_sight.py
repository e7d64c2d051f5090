"""What colours and grounds say is there with more contrast and in forced colours, too, on a desktop and on a phone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from ..support.server import Server, Visitor
from .colours import GROUND, LINE, RATIO
from .conftest import SCREENS
from .network import Held
from .tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

LOOKS = {"more contrast": {"contrast": "more"}, "forced colours": {"forced_colors": "active"}}
CODE = "```python\nprint(1)\n```"
TABLE = "| a | b |\n| - | - |\n| 1 | 2 |"
REFUSED = {"msg": "error", "error": "forbidden", "detail": "Not here."}
DOT = f"""each => {{ {RATIO}
    const {{ backgroundColor, borderTopColor }} = getComputedStyle(each, "::after");
    return ratio(backgroundColor, borderTopColor);
}}"""
SEEN = 3  # the least contrast of what is no text


@pytest.fixture(params=[pytest.param("more contrast", marks=pytest.mark.long), "forced colours"])
def look(request: pytest.FixtureRequest) -> dict[str, str]:
    return LOOKS[request.param]


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, room: str, screen: Screen, look: dict[str, str]) -> Iterator[Tab]:
    """A room in which all is unread: code, a table, an answer, a mention."""
    me, other = two
    for text in (CODE, TABLE):
        other.say(text, room=room)
    other.say("an answer", room=room, reply=1)
    other.say(f"@{me.username} look", room=room)
    other.say("to you", type="0", userto=me.userid)
    options: dict[str, Any] = {"viewport": screen, "has_touch": screen["width"] < 720, **look}
    with other.greeted():
        opened = visit(server, me, f"/news_chat/?num={room}", **options).greeted()
        expect(opened.stored_message(4)).to_be_visible()
        yield opened


def line(each: Locator, pseudo: str = "") -> float:
    return float(each.evaluate(LINE, pseudo))


def ground(each: Locator, pseudo: str = "") -> float:
    return float(each.evaluate(GROUND, pseudo))


def style(each: Locator, name: str, pseudo: str = "") -> str:
    return str(each.evaluate("(each, [name, pseudo]) => getComputedStyle(each, pseudo)[name]", [name, pseudo]))


def dot(each: Locator) -> float:
    """The contrast of the inside of the dot on an avatar with its outside."""
    return float(each.locator(".avatar").evaluate(DOT))


def test_messages(tab: Tab) -> None:
    separator = tab.page.get_by_role("separator")
    expect(separator).to_have_text("Today · New")
    for side in ("::before", "::after"):
        assert line(separator, side) >= SEEN
    assert line(tab.stored_message(4)) >= SEEN
    assert line(tab.stored_message(3)) == 1
    assert line(tab.stored_message(1).locator(".code")) >= SEEN
    assert line(tab.stored_message(2).locator("td").first) >= SEEN
    assert line(tab.stored_message(3).locator(".quote")) >= SEEN
    assert style(tab.page.locator(".mention.me"), "fontWeight") == "600"


def test_what_is_sent_waits_or_failed(tab: Tab) -> None:
    tab.may_say("status of 403")
    tab.page.route("**/msg_send/", lambda route: route.fulfill(status=403, json=REFUSED), times=1)
    send = tab.page.locator(".send")
    empty = max(line(send), ground(send))
    tab.field.fill("refused")
    expect(send).to_have_css("transition-duration", "0.12s")
    assert max(line(send), settled(send)) >= SEEN > empty
    send.click()
    failed = tab.page.locator(".message.failed")
    expect(failed).to_contain_text("Not sent: Not here.")
    assert style(failed.get_by_role("button", name="Try again"), "textDecorationLine") == "underline"
    Held(tab.page, "**/msg_send/")
    tab.field.fill("waits")
    send.click()
    waiting = tab.page.locator(".message.pending .text")
    assert style(waiting, "content", "::after") == '"Sending …"'


def settled(each: Locator) -> float:
    """The ground once it has changed."""
    each.evaluate("each => Promise.all(each.getAnimations().map((one) => one.finished))")
    return ground(each)


def test_composer(tab: Tab, two: Two) -> None:
    box = tab.page.locator(".box")
    assert line(box) >= SEEN
    tab.page.locator("#search").focus()
    away = style(tab.field, "outlineStyle"), style(box, "boxShadow")
    tab.field.focus()
    assert (style(tab.field, "outlineStyle"), style(box, "boxShadow")) != away
    tab.field.fill("@")
    expect(tab.options.first).to_be_visible()
    assert line(tab.page.locator(".completion")) >= SEEN
    assert line(tab.page.locator(".completion [aria-selected=true]")) >= SEEN
    tab.field.fill("")
    tab.say("mine")
    if tab.page.locator(".send").is_visible() and tab.field.input_value():
        tab.page.locator(".send").click()
    mine = tab.said("mine")
    tab.field.press("ArrowUp")
    expect(tab.page.get_by_role("button", name="Save")).to_be_visible()
    expect(mine).to_contain_class("editing")
    assert line(mine) >= SEEN


def test_lists(tab: Tab, two: Two, room: str) -> None:
    tab.side()
    direct = tab.direct(two[1])
    assert style(direct, "fontWeight") == "600"
    expect(direct.locator(".for-me")).to_have_text("1")
    assert dot(direct) >= SEEN
    current = tab.room(room)
    expect(current).to_have_attribute("aria-current", "true")
    assert line(current) >= SEEN
    assert line(tab.room("lobby")) == 1
    tab.page.keyboard.press("Shift")  # from here on the focus is the keyboard's
    for row in (current, tab.room("lobby")):
        row.focus()
        assert line(row) >= SEEN
        assert style(row, "outlineWidth") == "2px"
    assert style(current, "outlineWidth") == "1px"


def test_do_not_disturb_is_another_dot(tab: Tab) -> None:
    tab.side()
    me = tab.page.locator("#me")
    expect(me).to_contain_class("online")
    assert dot(me) >= SEEN
    me.click()
    tab.page.get_by_role("menuitem", name="Do not disturb").click()
    tab.page.get_by_role("menuitemradio", name="For an hour").click()
    expect(me).to_contain_class("quiet")
    assert dot(me) == 1
    assert line(me.locator(".avatar"), "::after") >= SEEN


def test_panels(tab: Tab) -> None:
    details = tab.open_details()
    assert line(details) >= SEEN
    chosen = details.locator("input:checked + span")
    assert line(chosen) >= SEEN
    others = details.locator("input:not(:checked) + span")
    assert [line(other) for other in others.all()] == [1, 1]
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+Shift+F")
    tab.page.get_by_role("searchbox").fill("answer")
    mark = tab.page.locator("#panel mark").first  # other tests say such words in the lobby
    expect(mark).to_have_text("answer")
    assert style(mark, "fontWeight") == "600" or ground(mark) > 1
    assert line(tab.page.get_by_role("searchbox")) >= SEEN
    assert line(tab.page.locator("#panel")) >= SEEN


def test_menu_switcher_and_settings(tab: Tab) -> None:
    tab.side()
    tab.page.locator("#me").click()
    expect(tab.page.get_by_role("menuitem").nth(7)).to_be_visible()
    tab.page.keyboard.press("ArrowDown")
    assert line(tab.page.locator(".menu")) >= SEEN
    assert line(tab.page.locator(".menu :focus-visible")) >= SEEN
    assert line(tab.page.locator(".menu hr")) >= SEEN
    tab.page.get_by_role("menuitem").first.click()
    chosen, other = (tab.dialog.get_by_role("button", name=name) for name in ("English", "简体中文"))
    assert line(chosen) >= SEEN
    assert line(other) == 1 or style(chosen, "borderWidth") > style(other, "borderWidth")
    tab.page.keyboard.press("Escape")
    expect(tab.look_for("lob").first).to_have_attribute("aria-selected", "true")
    assert line(tab.dialog) >= SEEN
    assert line(tab.page.get_by_role("combobox")) >= SEEN
    assert line(tab.options.first) >= SEEN
    expect(tab.options.nth(1)).to_be_visible()
    assert line(tab.options.last) == 1


@pytest.mark.parametrize("screen", [SCREENS["phone"]])
def test_sheet_of_a_message(tab: Tab) -> None:
    tab.rest_on(tab.stored_message(3).locator(".text"))
    assert line(tab.dialog) >= SEEN


def test_cards(visit: Opener, server: Server, screen: Screen, look: dict[str, str]) -> None:
    tab = visit(server, None, "/", viewport=screen, **look)
    for field in tab.page.locator(".card input:not([type=hidden])").all():
        assert line(field) >= SEEN
    button = tab.page.locator(".card button[type=submit]")
    assert max(line(button), ground(button)) >= SEEN
    button.click()
    wrong = tab.page.locator("[aria-invalid=true]").first
    expect(wrong).to_be_focused()
    assert line(wrong) >= SEEN
