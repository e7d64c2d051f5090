"""Search in messages, in the panel: what is found stays while one reads, and can be narrowed."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..conftest import SCREENS
from ..network import Held
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

SMALL_PHONE = {"width": 320, "height": 480}
MARKUP = "<img src=x onerror=alert(1)>"


def search(tab: Tab, words: str) -> Locator:
    tab.page.keyboard.press("Control+Shift+f")
    tab.page.get_by_role("searchbox").fill(words)
    return tab.page.locator("#panel.search li > button")


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two) -> Tab:
    return visit(server, two[0]).greeted()


def new_word() -> str:
    return f"w{uuid.uuid4().hex[:16]}"


def test_search_jumps_to_a_message_of_another_room(tab: Tab, two: Two) -> None:
    word = new_word()
    two[1].say(f"{MARKUP} the **{word.upper()}** and 服务器重启了 {'z ' * 300}")
    two[1].say(f"private {word}", type="0", userto=two[0].userid)
    for number in range(80):
        two[1].say(f"after it {number}")
    found = search(tab, word)
    expect(found).to_have_count(2)
    expect(found.first).to_contain_text("private")
    tab.page.get_by_label("Where").select_option("Lobby")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(two[1].username)
    expect(found).to_contain_text(f"{MARKUP} the {word.upper()} and")
    expect(found.locator("mark")).to_have_text([word.upper()])
    expect(found.locator("img")).to_have_count(0)
    tab.page.get_by_role("searchbox").fill(f"服务 {word}")
    expect(found.locator("mark")).to_have_text([word.upper(), "服务"])
    tab.page.get_by_role("searchbox").press("ArrowDown")
    expect(found).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator(".message", has_text=word.upper())).to_be_focused()
    # What was found stays, and whoever comes back to the search finds it as it was left.
    expect(found).to_have_attribute("aria-current", "true")
    tab.page.locator("#panel").get_by_role("button", name="Close").click()
    tab.page.keyboard.press("Control+Shift+f")
    expect(tab.page.get_by_role("searchbox")).to_be_focused()
    expect(found.locator("mark")).to_have_text([word.upper(), "服务"])
    tab.page.get_by_label("Where").select_option("All my rooms")
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
    status = tab.page.locator("#panel").get_by_role("status")
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
    status = tab.page.locator("#panel").get_by_role("status")
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


def test_search_is_narrowed_by_who_said_it_and_when(
    tab: Tab, visit: Opener, server: Server, two: Two, screen: dict[str, int]
) -> None:
    word = new_word()
    for person in two:
        person.say(f"{word} of {person.username}")
    tab.page.set_viewport_size(screen)  # type: ignore[arg-type]
    found = search(tab, word)
    expect(found).to_have_count(2)
    assert violations(tab.page) == []
    tab.page.get_by_role("button", name="From anyone").click()
    tab.page.keyboard.type(two[1].username)
    expect(tab.dialog.get_by_role("option")).to_have_count(1)
    tab.page.keyboard.press("Enter")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(f"{word} of {two[1].username}")
    tab.page.get_by_role("button", name=f"From {two[1].username}").click()
    expect(found).to_have_count(2)
    tab.page.get_by_label("When").select_option("Past week")
    expect(found).to_have_count(2)
    tab.page.get_by_label("When").select_option("Days …")
    tab.page.get_by_label("Before").fill("2024-02-29")
    expect(found).to_have_count(0)
    tab.page.get_by_label("Before").fill("")
    tab.page.get_by_label("Since").fill("2024-02-29")
    expect(found).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_barriers_and_fits_a_small_phone(visit: Opener, server: Server, two: Two, scheme: str) -> None:
    word = new_word()
    for number in range(60):
        two[1].say(f"{word} {number} {'long' * 60}")
    path = "/news_chat/?num=lobby"
    tab = visit(server, two[0], path, color_scheme=scheme, viewport=SMALL_PHONE).greeted()
    found = search(tab, "")
    for words, count in (("", 0), (word, 50)):
        tab.page.get_by_role("searchbox").fill(words)
        expect(found).to_have_count(count)
        assert violations(tab.page) == []
        for box in (tab.page.locator("html"), tab.page.locator("#panel")):
            assert box.evaluate("each => each.scrollWidth - each.clientWidth") == 0


def test_what_this_room_has_not_is_counted_in_all(visit: Opener, server: Server, two: Two) -> None:
    word, room = new_word(), f"search-{two[0].userid}"
    two[0].say(word)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    found = search(tab, "")
    tab.page.get_by_label("Where").select_option(room)
    tab.page.get_by_role("searchbox").fill(word)
    elsewhere = tab.page.get_by_role("button", name="1 in all rooms")
    expect(elsewhere).to_be_visible()
    elsewhere.click()
    expect(found).to_have_count(1)
    expect(elsewhere).to_be_hidden()


def test_it_stands_beside_the_conversation(tab: Tab) -> None:
    search(tab, "").page.locator("#panel").evaluate(
        "each => Promise.all(each.getAnimations().map((one) => one.finished))"
    )
    panel, talk = (tab.page.locator(part).bounding_box() for part in ("#panel", "#talk"))
    assert panel is not None
    assert talk is not None
    assert talk["x"] + talk["width"] <= panel["x"]


def test_on_a_phone_a_message_found_closes_the_sheet_and_the_rest_stays_there(
    visit: Opener, server: Server, two: Two
) -> None:
    word = new_word()
    for number in range(2):
        two[1].say(f"{word} {number}")
    tab = visit(server, two[0], "/news_chat/?num=lobby", viewport=SCREENS["phone"]).greeted()
    tab.page.locator("#search").click()
    tab.page.get_by_role("searchbox").fill(word)
    found = tab.page.locator("#panel.search li > button")
    found.first.click()
    expect(tab.page.locator("#panel")).to_be_hidden()
    expect(tab.page.locator(".message", has_text=f"{word} 1")).to_be_in_viewport()
    tab.page.locator("#search").click()
    expect(found).to_have_count(2)


def test_the_button_opens_and_closes_it(tab: Tab) -> None:
    button = tab.page.locator("#search")
    button.click()
    expect(tab.page.get_by_role("searchbox")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    tab.open_details()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    button.click()
    expect(tab.page.locator("#panel")).to_be_hidden()
    expect(button).to_be_focused()
