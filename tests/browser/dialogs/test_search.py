"""Search in messages."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Visitor
from ..network import Held
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

MARKUP = "<img src=x onerror=alert(1)>"


def search(tab: Tab, words: str) -> Locator:
    tab.page.keyboard.press("Control+Shift+f")
    tab.page.get_by_role("searchbox").fill(words)
    return tab.page.get_by_role("list", name="Messages found").get_by_role("button")


def new_word() -> str:
    return f"w{uuid.uuid4().hex[:16]}"


def test_search_jumps_to_a_message_of_another_room(tab: Tab, two: Two) -> None:
    word = new_word()
    two[1].say(f"{MARKUP} the **{word.upper()}** and 服务器重启了 {'z ' * 300}")
    two[1].say(f"private {word}", type="0", userto=two[0].userid)
    for number in range(80):
        two[1].say(f"after it {number}")
    found = search(tab, word)
    expect(found).to_have_count(1)
    expect(found).to_contain_text(two[1].username)
    expect(found).to_contain_text(f"{MARKUP} the {word.upper()} and")
    expect(found.locator("mark")).to_have_text([word.upper()])
    expect(found.locator("img")).to_have_count(0)
    tab.page.get_by_label("All my rooms").check()
    expect(found).to_have_count(2)
    expect(found.first).to_contain_text("private")
    tab.page.get_by_role("searchbox").fill(f"服务 {word}")
    expect(found.locator("mark")).to_have_text([word.upper(), "服务"])
    tab.page.get_by_role("searchbox").press("ArrowDown")
    expect(found).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("body > dialog")).to_have_count(0)
    expect(tab.page.locator(".message", has_text=word.upper())).to_be_focused()
    # Whoever comes back to the search finds it as it was left.
    tab.page.keyboard.press("Control+Shift+f")
    expect(found.locator("mark")).to_have_text([word.upper(), "服务"])
    tab.page.get_by_role("searchbox").fill(f"private {word}")
    expect(found.locator("mark")).to_have_text(["private", word])
    found.click()
    expect(tab.title).to_have_text(two[1].username)
    expect(tab.page.locator(".message", has_text=f"private {word}")).to_be_focused()


def test_search_shows_more_on_request(tab: Tab, two: Two) -> None:
    word = new_word()
    for number in range(60):
        two[1].say(f"{word} {number}")
    found = search(tab, word)
    status = tab.dialog.get_by_role("status")
    expect(found).to_have_count(50)
    expect(status).to_have_text("The newest 50 messages")
    tab.page.get_by_role("button", name="Show more").click()
    expect(found).to_have_count(60)
    expect(status).to_have_text("60 messages")
    expect(found.nth(50)).to_be_focused()
    expect(found.nth(50)).to_contain_text(f"{word} 9")
    expect(tab.page.get_by_role("button", name="Show more")).to_be_hidden()


def test_search_says_what_it_does(tab: Tab) -> None:
    tab.may_say("status of 503")
    search(tab, "")
    status = tab.dialog.get_by_role("status")
    expect(status).to_contain_text("Type a word")
    tab.page.get_by_role("searchbox").fill(new_word())
    expect(status).to_have_text("No message has this.")
    asked = Held(tab.page, "**/search/*")
    tab.page.get_by_role("searchbox").fill(new_word())
    expect(status).to_have_text("Looking …")
    asked.next().fulfill(status=503, json={"error": "unavailable", "detail": "The database is busy."})
    expect(status).to_have_text("The database is busy.")


def test_search_ignores_answers_that_come_late(tab: Tab) -> None:
    asked = Held(tab.page, "**/search/*")
    found = search(tab, "late")
    late = asked.next()
    tab.page.get_by_role("searchbox").fill("newest")
    tab.count_answers()
    for count, (route, text) in enumerate(((asked.next(), "newest words"), (late, "late words")), 1):
        data = {"id": 1, "msg": text, "user": "x", "userid": 1, "room": "lobby", "seq": 1, "time": "2026-01-01T00:00Z"}
        route.fulfill(json={"events": [{"type": 1, "data": data}], "more": False})
        tab.answered(count)
    expect(found).to_contain_text(["newest words"])
