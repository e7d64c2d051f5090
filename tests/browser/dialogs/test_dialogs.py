"""The dialogs of the page: the switcher, search, settings and the list of keys."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Held, Tab

pytestmark = pytest.mark.browser

Visit = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_PHONE = {"width": 320, "height": 480}
MARKUP = "<img src=x onerror=alert(1)>"

# With as many rooms as the page must stand; `took` is the longest time from a key to what it changes.
MANY_ROOMS = """async () => {
    const title = index => `room-${index}`;
    const describe = index => ({room: title(index), title: title(index), kind: "group", unread: index === 400 ? 7 : 0});
    const rooms = Array.from({length: 500}, (_, index) => describe(index));
    const {openSwitcher} = await import("/static/js/dialogs/switcher.js");
    openSwitcher({rooms: () => rooms, onRoom: room => globalThis.went = room});
    globalThis.took = 0;
    let began;
    const field = document.querySelector("dialog input");
    document.addEventListener("input", () => { began = performance.now(); }, true);
    document.addEventListener("input", () => { took = Math.max(took, performance.now() - began); });
}"""


@pytest.fixture
def tab(visit: Visit, server: Server, two: Two) -> Tab:
    return visit(server, two[0]).greeted()


def dialog(tab: Tab) -> Locator:
    return tab.page.get_by_role("dialog")


def switcher(tab: Tab) -> Locator:
    tab.page.keyboard.press("Control+k")
    return tab.page.get_by_role("combobox", name="Room or person")


def search(tab: Tab, words: str) -> Locator:
    tab.page.keyboard.press("Control+Shift+f")
    tab.page.get_by_role("searchbox").fill(words)
    return tab.page.get_by_role("list", name="Messages found").get_by_role("button")


def new_word() -> str:
    return f"w{uuid.uuid4().hex[:16]}"


# --- The frame ------------------------------------------------------------------------------------


def test_dialog_gives_the_focus_back_however_it_is_closed(tab: Tab) -> None:
    ways: list[Callable[[Page], None]] = [
        lambda page: page.keyboard.press("Escape"),
        lambda page: page.get_by_role("button", name="Close").click(),
        lambda page: page.mouse.click(5, 5),
    ]
    opener = tab.page.get_by_role("button", name="Settings")
    for close in ways:
        opener.click()
        expect(tab.page.get_by_role("heading", name="Settings")).to_be_focused()
        close(tab.page)
        expect(tab.page.locator("dialog")).to_have_count(0)
        expect(opener).to_be_focused()


def test_only_one_dialog_is_there_and_the_focus_stays_in_it(tab: Tab) -> None:
    opener = tab.page.get_by_role("button", name="Settings")
    opener.click()
    expect(switcher(tab)).to_be_focused()
    expect(tab.page.locator("dialog")).to_have_count(1)
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_press_that_began_inside_does_not_close_a_dialog(tab: Tab) -> None:
    tab.page.get_by_role("button", name="Settings").click()
    box = dialog(tab).bounding_box()
    assert box is not None
    tab.page.mouse.move(box["x"] + 20, box["y"] + 60)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] - 20, box["y"] + 60)
    tab.page.mouse.up()
    expect(dialog(tab)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_have_no_barriers_and_fit_a_small_phone(visit: Visit, server: Server, two: Two, scheme: str) -> None:
    word = new_word()
    for number in range(60):
        two[1].say(f"{word} {number} {'long' * 60}")
    tab = visit(server, two[0], color_scheme=scheme, viewport=SMALL_PHONE).greeted()
    states: list[tuple[str, str, Callable[[], object]]] = [
        ("Control+k", "option", lambda: tab.page.keyboard.type("l")),
        ("Control+Shift+f", "listitem", lambda: tab.page.keyboard.type(word)),
        ("Control+Shift+f", "status", lambda: tab.page.get_by_role("searchbox").fill("")),
        ("?", "definition", lambda: None),
    ]
    tab.page.get_by_role("button", name="Rooms and people").click()
    tab.page.get_by_role("button", name="Settings").click()
    expect(dialog(tab)).to_be_visible()
    dialog(tab).get_by_text("Keys").click()
    assert violations(tab.page) == []
    assert tab.page.evaluate(OVERFLOW) == 0
    for keys, role, fill in states:
        tab.page.keyboard.press("Escape")
        expect(tab.page.locator("dialog")).to_have_count(0)
        tab.page.keyboard.press(keys)
        expect(dialog(tab)).to_be_visible()
        fill()
        expect(dialog(tab).get_by_role(role).first).to_be_visible()  # type: ignore[arg-type]
        assert violations(tab.page) == []
        assert tab.page.evaluate(OVERFLOW) == 0
        assert dialog(tab).evaluate("each => each.scrollWidth - each.clientWidth") == 0


# --- The switcher ---------------------------------------------------------------------------------


def test_switcher_opens_and_finds_rooms_by_keys_alone(tab: Tab) -> None:
    room = f"Room-{uuid.uuid4().hex[:8]}"
    switcher(tab).fill(room)
    expect(tab.page.get_by_role("option", selected=True)).to_have_text(f"Open the room “{room}”")
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text(room)
    expect(tab.field).to_be_focused()
    switcher(tab).fill(room.upper())
    expect(tab.page.get_by_role("option").first).to_contain_text(room)
    tab.page.get_by_role("combobox").fill("lob")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.page.get_by_role("option", selected=True)).to_have_text("Open the room “lob”")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.page.get_by_role("option", selected=True)).to_contain_text("Lobby")
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text("Lobby")
    expect(tab.page.locator("dialog")).to_have_count(0)


def test_switcher_finds_people_but_not_oneself(tab: Tab, two: Two) -> None:
    me, other = (person.username for person in two)
    field = switcher(tab)
    field.fill(me)
    expect(tab.page.get_by_role("option", selected=True)).to_be_visible()  # the server has answered
    expect(tab.page.get_by_role("option", name=re.compile(f"^{me} (person|online)$"))).to_have_count(0)
    field.fill(other)
    expect(tab.page.get_by_role("option", selected=True)).to_have_text(f"{other} person")
    field.press("Enter")
    expect(tab.title).to_have_text(other)
    # Once there is a private chat, that is offered, and not the person as well.
    found = [{"userid": id, "username": name, "online": False} for id, name in ((two[1].userid, other), (9876, "x"))]
    tab.page.route("**/users/*", lambda route: route.fulfill(json={"users": found, "more": False}))
    switcher(tab).fill(other)
    expect(tab.page.get_by_role("option")).to_have_text([f"{other} person", "x person", f"Open the room “{other}”"])


def test_switcher_makes_no_room_by_haste(tab: Tab, two: Two) -> None:
    asked = Held(tab.page, "**/users/*")
    name = two[1].username
    switcher(tab).fill(name)
    expect(tab.page.get_by_role("option")).to_have_text([f"Open the room “{name}”"])
    tab.page.keyboard.press("Enter")
    expect(dialog(tab)).to_be_visible()
    asked.next().continue_()
    expect(tab.page.get_by_role("option", selected=True)).to_have_text(f"{name} person")


def test_switcher_ignores_answers_that_come_late(tab: Tab) -> None:
    asked = Held(tab.page, "**/users/*")
    field = switcher(tab)
    field.fill("late")
    late = asked.next()
    field.fill("newest")
    for route, name in ((asked.next(), "newest person"), (late, "late person")):
        person = {"userid": 987654, "username": name, "online": False}
        with tab.page.expect_response("**/users/*"):
            route.fulfill(json={"users": [person], "more": False})
    expect(tab.page.get_by_role("option")).to_contain_text(["newest person", "Open the room"])


def test_switcher_says_why_it_found_nobody(tab: Tab) -> None:
    tab.may_say("status of 503")
    refusal = {"msg": "error", "error": "unavailable", "detail": "The database is busy."}
    tab.page.route("**/users/*", lambda route: route.fulfill(status=503, json=refusal))
    switcher(tab).fill("any one")
    expect(dialog(tab).get_by_role("status")).to_have_text("People could not be looked up: The database is busy.")


def test_switcher_is_quick_with_500_rooms(tab: Tab) -> None:
    tab.page.evaluate(MANY_ROOMS)
    options = tab.page.get_by_role("option")
    expect(options).to_have_count(50)
    expect(options.first).to_have_text("room-400 room 7 unread")
    tab.page.keyboard.type("oom-49")
    expect(options).to_have_count(12)  # 49, 490 to 499, and the offer to open "oom-49"
    assert 0 < tab.page.evaluate("took") < 50
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("went") == "room-499"


def test_names_of_people_are_text(tab: Tab) -> None:
    person = {"userid": 987654, "username": MARKUP, "online": True}
    tab.page.route("**/users/*", lambda route: route.fulfill(json={"users": [person], "more": False}))
    switcher(tab).fill("<img")
    expect(tab.page.get_by_role("option")).to_have_text([f"{MARKUP} online"])
    expect(dialog(tab).locator("img")).to_have_count(0)


# --- Search ---------------------------------------------------------------------------------------


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
    expect(tab.page.locator("dialog")).to_have_count(0)
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
    status = dialog(tab).get_by_role("status")
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
    status = dialog(tab).get_by_role("status")
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
    for route, text in ((asked.next(), "newest words"), (late, "late words")):
        data = {"id": 1, "msg": text, "user": "x", "userid": 1, "room": "lobby", "seq": 1, "time": "2026-01-01T00:00Z"}
        with tab.page.expect_response("**/search/*"):
            route.fulfill(json={"events": [{"type": 1, "data": data}], "more": False})
    expect(found).to_contain_text(["newest words"])


# --- Settings -------------------------------------------------------------------------------------


def test_theme_is_chosen_at_once_and_stays(tab: Tab) -> None:
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = tab.page.evaluate(background)
    tab.page.get_by_role("button", name="Settings").click()
    tab.page.get_by_role("radio", name="Dark").check()
    dark = tab.page.evaluate(background)
    assert dark != light
    tab.page.reload()
    assert tab.page.evaluate(background) == dark
    tab.greeted()
    tab.page.get_by_role("button", name="Settings").click()
    expect(tab.page.get_by_role("radio", name="Dark")).to_be_checked()
    tab.page.get_by_role("radio", name="As the system").check()
    assert tab.page.evaluate(background) == light
    assert "theme" not in [cookie.get("name") for cookie in tab.context.cookies()]


def test_language_is_chosen_and_the_room_stays_open(tab: Tab) -> None:
    room = f"room-{uuid.uuid4().hex[:8]}"
    tab.enter(room)
    tab.page.get_by_role("button", name="Settings").click()
    english = tab.page.get_by_role("button", name="English")
    expect(english).to_have_attribute("aria-current", "true")
    tab.page.get_by_role("button", name="简体中文").click()
    expect(tab.page.locator("html")).to_have_attribute("lang", re.compile("^zh-hans$", re.IGNORECASE))
    expect(tab.title).to_have_text(room)
    tab.greeted().page.locator("#me").click()
    expect(tab.page.get_by_role("button", name="简体中文")).to_have_attribute("aria-current", "true")
    expect(english).not_to_have_attribute("aria-current", "true")


def test_account_is_left_from_the_settings(tab: Tab, two: Two) -> None:
    tab.page.get_by_role("button", name="Settings").click()
    tab.page.get_by_role("link", name="Change password").click()
    expect(tab.page).to_have_url(re.compile("/password_change/$"))
    tab.page.go_back()
    tab.greeted().page.get_by_role("button", name="Settings").click()
    expect(dialog(tab)).to_contain_text(f"Signed in as {two[0].username}")
    tab.page.get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_role("button", name="Sign in")).to_be_visible()


def test_keys_are_listed_where_nothing_is_written(tab: Tab) -> None:
    tab.field.focus()
    tab.page.keyboard.type("what?")
    expect(tab.field).to_have_value("what?")
    expect(tab.page.locator("dialog")).to_have_count(0)
    tab.page.get_by_role("button", name="Settings").focus()
    tab.page.keyboard.press("?")
    expect(dialog(tab).get_by_text("Go to a room or a person")).to_be_visible()
