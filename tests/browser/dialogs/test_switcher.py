"""The switcher finds rooms and people, and opens rooms."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..network import Held
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

MARKUP = "<img src=x onerror=alert(1)>"

# With as many rooms as the page must stand.
MANY_ROOMS = """async () => {
    const title = index => `room-${index}`;
    const describe = index =>
        ({room: title(index), title: title(index), kind: "group", partner: null, unread: index === 400 ? 7 : 0});
    const rooms = Array.from({length: 500}, (_, index) => describe(index));
    const {openSwitcher} = await import("/static/js/dialogs/switcher.js");
    openSwitcher({rooms: () => rooms, onRoom: room => globalThis.went = room});
}"""


# A module that is imported again comes once it has been evaluated, after those that waited for it before.
LOADED = """async () => {
    const names = performance.getEntriesByType("resource").map(({name}) => name);
    const wanted = names.find(each => each.includes("/view/openers"));
    if (!wanted) return false;
    await import(wanted);
    await new Promise(resolve => setTimeout(resolve));
    return true;
}"""
# Whether a dialog's field has the focus when the key's event is over.
FOCUSED = """key => {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true }));
    return document.activeElement.matches("dialog input");
}"""


def switcher(tab: Tab) -> Locator:
    tab.page.keyboard.press("Control+k")
    return tab.page.get_by_role("combobox", name="Room or person")


def test_switcher_opens_and_finds_rooms_by_keys_alone(tab: Tab) -> None:
    room = f"Room-{uuid.uuid4().hex[:8]}"
    switcher(tab).fill(room)
    expect(tab.page.get_by_role("option", selected=True)).to_have_text(f"New room “{room}”")
    tab.page.keyboard.press("Enter")
    expect(tab.dialog.locator(":focus")).to_have_value(room)
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text(room)
    expect(tab.field).to_be_focused()
    switcher(tab).fill(room.upper())
    expect(tab.page.get_by_role("option").first).to_contain_text(room)
    tab.page.get_by_role("combobox").fill("lob")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.page.get_by_role("option", selected=True)).to_have_text("New room “lob”")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.page.get_by_role("option", selected=True)).to_contain_text("Lobby")
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text("Lobby")
    expect(tab.page.locator("body > dialog")).to_have_count(0)


@pytest.mark.parametrize(("button", "name"), [("#find", "Room or person"), ("#search", "Search in messages")])
def test_letters_typed_after_a_click_are_in_its_field(
    visit: Opener, server: Server, two: Two, screen: dict[str, int], button: str, name: str
) -> None:
    tab = visit(server, two[0], "about:blank://", viewport=screen)
    held = Held(tab.page, "**/dialogs/switcher*.js")
    tab.go("/news_chat/?num=lobby")
    tab.greeted()
    if button == "#find":
        tab.side()
    tab.page.locator(button).click()
    tab.page.keyboard.type("lobb")
    held.next().continue_()
    expect(tab.page.locator("dialog :focus")).to_have_value("lobb")
    expect(tab.field).to_have_value("")


def test_letters_typed_while_it_loads_are_in_its_field(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], "about:blank://")
    held = Held(tab.page, "**/dialogs/switcher*.js")
    tab.go("/news_chat/")
    tab.greeted()
    tab.page.keyboard.press("Control+k")
    tab.page.keyboard.type("lobb")
    tab.page.keyboard.press("Enter")
    held.next().continue_()
    field = tab.page.get_by_role("combobox", name="Room or person")
    expect(field).to_have_value("lobb")
    expect(field).to_be_focused()
    expect(tab.page.get_by_role("option", selected=True)).to_contain_text("Lobby")
    expect(tab.field).to_have_value("")
    assert tab.page.locator(".message.own").count() == 0
    field.press("Escape")
    expect(tab.field).to_be_focused()


def test_once_loaded_it_opens_in_the_same_tick(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0]).greeted()
    tab.page.keyboard.press("Shift")  # with the first key, the dialogs are loaded
    tab.page.wait_for_function(LOADED)
    for key in ({"key": "k", "ctrlKey": True}, {"key": "f", "ctrlKey": True, "shiftKey": True}):
        assert tab.page.evaluate(FOCUSED, key)
        tab.page.keyboard.press("Escape")


def test_it_finds_rooms_of_others_that_are_open(tab: Tab, two: Two) -> None:
    title = f"Big {uuid.uuid4().hex[:8]}, for all!"
    assert two[1].post("/rooms/", title=title).status == 200
    switcher(tab).fill(title.lower()[:-2])
    expect(tab.page.get_by_role("option", selected=True)).to_have_text(f"{title} not joined")
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text(title)


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
    expect(tab.page.get_by_role("option")).to_have_text([f"{other} person", "x person"])


def test_switcher_makes_no_room_by_haste(tab: Tab, two: Two) -> None:
    asked = Held(tab.page, "**/users/*")
    name = two[1].username
    switcher(tab).fill(name)
    expect(tab.page.get_by_role("option")).to_have_text([f"New room “{name}”", "Browse rooms"])
    tab.page.keyboard.press("Enter")
    expect(tab.dialog).to_be_visible()
    asked.next().continue_()
    expect(tab.page.get_by_role("option", selected=True)).to_have_text(f"{name} person")


def test_switcher_ignores_answers_that_come_late(tab: Tab) -> None:
    asked = Held(tab.page, "**/users/*")
    field = switcher(tab)
    field.fill("late")
    late = asked.next()
    field.fill("newest")
    tab.count_answers()
    for count, (route, name) in enumerate(((asked.next(), "newest person"), (late, "late person")), 2):
        person = {"userid": 987654, "username": name, "online": False}
        route.fulfill(json={"users": [person], "more": False})
        tab.answered(count)
    expect(tab.page.get_by_role("option")).to_contain_text(["newest person", "New room"])


def test_switcher_says_why_it_found_nobody(tab: Tab) -> None:
    tab.may_say("status of 503")
    refusal = {"msg": "error", "error": "unavailable", "detail": "The database is busy."}
    tab.page.route("**/users/*", lambda route: route.fulfill(status=503, json=refusal))
    switcher(tab).fill("any one")
    expect(tab.dialog.get_by_role("status")).to_have_text("People could not be looked up: The database is busy.")


def test_the_empty_one_shows_the_recent_rooms(visit: Opener, server: Server, two: Two, screen: dict[str, int]) -> None:
    names = [f"{name}{two[0].userid}" for name in ("older", "newer")]
    for name in names:
        two[0].get(f"/news_chat/?num={name}")
        two[0].say("said", room=name)
    tab = visit(server, two[0], viewport=screen).greeted()
    expect(tab.look_for("").nth(1)).to_be_visible()
    shown = [text for text in tab.options.locator("bdi").all_text_contents() if text in names]
    assert shown == names[::-1]
    heights = [part.evaluate("each => each.offsetHeight") for part in (tab.dialog, tab.dialog.locator("ul"))]
    assert heights[0] - heights[1] < 200


def test_switcher_shows_a_few_of_500_rooms(tab: Tab) -> None:
    tab.page.evaluate(MANY_ROOMS)
    options = tab.page.get_by_role("option")
    expect(options).to_have_count(52)  # with a new room, and the way to all
    expect(options.first).to_have_text("room-400 room 7 unread")
    tab.page.keyboard.type("oom-49")
    expect(options).to_have_count(12)  # 49, 490 to 499, and the offer to make "oom-49"
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("went") == "room-499"


def test_names_of_people_are_text(tab: Tab) -> None:
    person = {"userid": 987654, "username": MARKUP, "online": True}
    tab.page.route("**/users/*", lambda route: route.fulfill(json={"users": [person], "more": False}))
    switcher(tab).fill("<img")
    expect(tab.page.get_by_role("option")).to_have_text([f"{MARKUP} online", "New room “<img”"])
    expect(tab.dialog.locator("img")).to_have_count(0)
