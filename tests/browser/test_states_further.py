"""Menus, cards, questions, notices and what is rare in a conversation: accessible, and all in one language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Visitor
from .axe import assert_good
from .tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Two = tuple[Visitor, Visitor]
Look = Callable[..., Tab]

RARE = [
    "```python\ndef f():  # why\n    return 'a' + 1\n```",
    "```diff\n-old\n+new\n```",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "字" * 1_300,
    "@here ~~x~~ [x](https://example.org/)",
]
KEYS = ("English", "Ctrl", "Alt", "Shift", "Enter", "Esc", "Option", "Del")


@pytest.fixture
def tab(look: Look, two: Two, room: str) -> Tab:
    for text in RARE:
        two[1].say(text, room=room)
    two[0].say("我的", room=room)
    opened = look(f"/news_chat/?num={room}").greeted()
    expect(opened.stored_message(1).locator("code span").first).to_be_attached()
    return opened


@pytest.fixture
def names(two: Two, room: str) -> list[str]:
    return [
        room,
        "Dweb",
        "Ctrl K",
        "@here",
        *(person.username for person in two),
        *(f"person{n}" for n in range(2_000)),
    ]


def test_code_tables_and_long_messages(tab: Tab, names: list[str]) -> None:
    expect(tab.page.locator(".message.folded")).to_have_count(1)
    assert_good(tab, *names, "python", "diff", "def", "return", "old", "new", "# why")


def test_menus_and_the_card_of_a_person(tab: Tab, names: list[str]) -> None:
    tab.stored_message(1).locator(".name").click()
    expect(tab.page.get_by_role("menuitem")).to_have_count(7)
    assert_good(tab, *names, "python", "diff", "def", "return", "old", "new", "# why")
    tab.page.keyboard.press("Escape")
    tab.side()
    tab.page.locator("#place").click()
    expect(tab.page.get_by_role("menuitem").nth(4)).to_be_visible()
    assert_good(tab, *names)
    tab.page.keyboard.press("Escape")
    for row in (3, 4, 5):
        tab.page.locator("#me").click()
        tab.page.get_by_role("menuitem").nth(row).click()
        expect(tab.page.get_by_role("menuitemradio").first).to_be_visible()
        assert_good(tab, *names, "English", "简体中文")
        tab.page.keyboard.press("Escape")


def test_questions_and_what_can_be_undone(tab: Tab, names: list[str], room: str) -> None:
    code = ("python", "diff", "def", "return", "old", "new", "# why")
    tab.stored_message(6).focus()
    tab.page.keyboard.press("Delete")
    expect(tab.dialog).to_be_visible()
    assert_good(tab, *names, *code)
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator(".message.held")).to_be_visible()
    assert_good(tab, *names, *code)
    tab.page.keyboard.press("Control+.")
    expect(tab.details.locator("li")).to_have_count(2)
    tab.details.locator("> button").click()
    expect(tab.dialog).to_be_visible()
    assert_good(tab, *names, *code)
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    expect(tab.notice.get_by_role("button").first).to_be_visible()
    assert_good(tab, *names)


def test_pinned_rooms_and_the_list_of_keys(tab: Tab, names: list[str]) -> None:
    tab.open_details().get_by_role("switch").first.click()
    expect(tab.details.get_by_role("switch").first).to_be_checked()
    tab.page.keyboard.press("Escape")
    tab.page.locator("#messages").focus()
    tab.page.keyboard.press("?")
    expect(tab.dialog.locator("kbd").first).to_be_visible()
    assert_good(tab, *names, *KEYS, "python", "diff", "def", "return", "old", "new", "# why")
    tab.page.keyboard.press("Escape")
    tab.side()
    expect(tab.page.locator("#pinned button[data-room]")).to_have_count(1)
    assert_good(tab, *names)


def test_lists_without_anything(tab: Tab, names: list[str]) -> None:
    code = ("python", "diff", "def", "return", "old", "new", "# why")
    tab.page.keyboard.press("Control+Shift+f")
    tab.page.get_by_role("searchbox").fill("没有这个词")
    expect(tab.page.locator("#panel .words")).not_to_be_empty()
    assert_good(tab, *names, *code)
    tab.page.locator("#panel select").last.select_option("days")
    expect(tab.page.locator("#panel input[type=date]").first).to_be_visible()
    assert_good(tab, *names, *code)
    tab.page.keyboard.press("Escape")
    tab.field.press_sequentially("@")
    expect(tab.options.first).to_be_visible()
    assert_good(tab, *names, *code)
