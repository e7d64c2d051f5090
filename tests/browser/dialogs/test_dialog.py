"""All dialogs: focus, ways to close them, screens and accessibility."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_PHONE = {"width": 320, "height": 480}


def test_dialog_gives_the_focus_back_however_it_is_closed(tab: Tab) -> None:
    ways: list[Callable[[Page], None]] = [
        lambda page: page.keyboard.press("Escape"),
        lambda page: page.get_by_role("button", name="Close").click(),
        lambda page: page.mouse.click(5, 5),
    ]
    opener = tab.page.locator("#me")
    for close in ways:
        tab.open_settings()
        expect(tab.page.get_by_role("heading", name="Settings")).to_be_focused()
        close(tab.page)
        expect(tab.page.locator("body > dialog")).to_have_count(0)
        expect(opener).to_be_focused()


def test_the_focus_is_in_the_conversation_where_nothing_had_it(tab: Tab) -> None:
    """As after a menu whose button was drawn anew meanwhile."""
    tab.page.evaluate("() => document.activeElement.blur()")
    tab.page.keyboard.press("Control+k")
    expect(tab.page.get_by_role("combobox", name="Room or person")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("#messages")).to_be_focused()


def test_only_one_dialog_is_there_and_the_focus_stays_in_it(tab: Tab) -> None:
    tab.open_settings()
    tab.page.keyboard.press("Control+k")
    expect(tab.page.get_by_role("combobox", name="Room or person")).to_be_focused()
    expect(tab.page.locator("body > dialog")).to_have_count(1)
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("body > dialog")).to_have_count(0)
    expect(tab.page.locator("#me")).to_be_focused()


def test_press_that_began_inside_does_not_close_a_dialog(tab: Tab) -> None:
    tab.open_settings()
    box = tab.dialog.bounding_box()
    assert box is not None
    tab.page.mouse.move(box["x"] + 20, box["y"] + 60)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] - 20, box["y"] + 60)
    tab.page.mouse.up()
    expect(tab.dialog).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_have_no_barriers_and_fit_a_small_phone(visit: Opener, server: Server, two: Two, scheme: str) -> None:
    tab = visit(server, two[0], color_scheme=scheme, viewport=SMALL_PHONE).greeted()
    states: list[tuple[str, str, Callable[[], object]]] = [
        ("Control+k", "option", lambda: tab.page.keyboard.type("l")),
        ("?", "definition", lambda: None),
    ]
    tab.side()
    tab.open_settings()
    expect(tab.dialog).to_be_visible()
    tab.dialog.get_by_text("Keys").click()
    assert violations(tab.page) == []
    assert tab.page.evaluate(OVERFLOW) == 0
    for keys, role, fill in states:
        tab.page.keyboard.press("Escape")
        expect(tab.page.locator("body > dialog")).to_have_count(0)
        tab.page.keyboard.press(keys)
        expect(tab.dialog).to_be_visible()
        fill()
        expect(tab.dialog.get_by_role(role).first).to_be_visible()  # type: ignore[arg-type]
        assert violations(tab.page) == []
        assert tab.page.evaluate(OVERFLOW) == 0
        assert tab.dialog.evaluate("each => each.scrollWidth - each.clientWidth") == 0


def test_keys_are_listed_where_nothing_is_written(tab: Tab) -> None:
    tab.field.focus()
    tab.page.keyboard.type("what?")
    expect(tab.field).to_have_value("what?")
    expect(tab.page.locator("body > dialog")).to_have_count(0)
    tab.page.locator("#me").focus()
    tab.page.keyboard.press("?")
    expect(tab.dialog.get_by_text("Go to a room or a person")).to_be_visible()
