"""The details of a room: its members, what one wants to be told of, the way out; beside or over the conversation."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..conftest import SCREENS
from ..network import Held
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> Tab:
    return visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()


def level(tab: Tab, name: str) -> None:
    tab.open_details().get_by_role("radio", name=name).click(force=True)
    expect(tab.details.get_by_role("radio", name=name)).to_be_checked()


def test_the_title_opens_them_and_escape_closes_them(tab: Tab, room: str) -> None:
    expect(tab.title).to_have_attribute("aria-expanded", "false")
    tab.title.click()
    expect(tab.page.get_by_role("heading", name="Details")).to_be_focused()
    expect(tab.title).to_have_attribute("aria-expanded", "true")
    expect(tab.details.locator(".who")).to_contain_text(room)
    expect(tab.details.locator(".who")).to_contain_text("2 members")
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    expect(tab.details).to_be_hidden()
    expect(tab.title).to_be_focused()
    tab.title.click()
    tab.details.get_by_role("button", name="Close").click()
    expect(tab.title).to_be_focused()


def test_a_press_counts_though_the_heading_is_drawn_meanwhile(visit: Opener, server: Server, two: Two) -> None:
    """As it is with everyone who comes or goes. Chromium drops the click if the title has lost its words by then."""
    low, high = sorted(person.userid for person in two)
    tab = visit(server, two[0], f"/news_chat/#@{low}.{high}").greeted()
    tab.title.hover()
    tab.page.mouse.down()
    with two[1].greeted():
        expect(tab.page.locator("#subtitle")).to_have_text("online")
    tab.page.mouse.up()
    expect(tab.details).to_be_visible()


def test_a_press_counts_though_the_members_and_the_files_come_meanwhile(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.title.hover()
    expect(tab.page.locator("#subtitle")).to_have_text("2 members")  # who counts them asks the same
    answers = [Held(tab.page, pattern) for pattern in (f"**/rooms/{room}/*", "**/files/*")]
    tab.open_details().get_by_role("button", name="Reports").hover()
    tab.page.mouse.down()
    for held in answers:
        held.next().continue_()
    expect(tab.details.locator("li")).to_have_count(2)
    expect(tab.details.locator(".room-files")).to_contain_text("No files here yet.")
    tab.page.mouse.up()
    expect(tab.page.locator("#panel.reports")).to_be_visible()


def test_their_key_closes_a_dialog_before(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.page.keyboard.press("Control+k")
    expect(tab.page.get_by_role("combobox")).to_be_focused()
    tab.page.keyboard.press("Control+.")
    expect(tab.dialog).to_have_count(0)
    expect(tab.page.get_by_role("heading", name="Details")).to_be_focused()


def test_a_member_is_a_way_to_a_private_chat(tab: Tab, two: Two) -> None:
    rows = tab.open_details().locator("li > button:first-child")
    expect(rows).to_have_count(2)
    own = rows.filter(has_text=two[0].username)
    expect(own).to_contain_text("you")
    expect(own).to_contain_class("online")
    rows.filter(has_text=two[1].username).click()
    expect(tab.title).to_have_text(two[1].username)


def test_they_follow_the_room_that_is_open(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    expect(tab.open_details().locator(".who")).to_contain_text("2 members")
    tab.room("lobby").click()
    expect(tab.details.locator(".who")).to_contain_text("Lobby")
    expect(tab.details.get_by_role("button", name="Leave the room")).to_have_count(0)
    expect(tab.details.locator("li button")).not_to_have_count(1)
    tab.page.evaluate("id => location.hash = id", f"#@{min(p.userid for p in two)}.{max(p.userid for p in two)}")
    expect(tab.details.locator(".who")).to_contain_text("Private chat")
    two[1].say("psst", type="0", userto=two[0].userid)
    expect(tab.details.get_by_role("radio")).to_have_count(2)
    expect(tab.details.get_by_role("heading", name="Members")).to_have_count(0)


def test_a_level_is_kept_by_the_server(tab: Tab, visit: Opener, server: Server, two: Two, room: str) -> None:
    expect(tab.open_details().get_by_role("radio", name="Everything")).to_be_checked()
    level(tab, "Nothing")
    other = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    expect(other.room(room)).to_have_accessible_name(f"{room} muted")
    expect(other.open_details().get_by_role("radio", name="Nothing")).to_be_checked()
    level(other, "Everything")
    expect(tab.details.get_by_role("radio", name="Everything")).to_be_checked()


def test_what_cannot_be_chosen_is_said_where_it_is_seen(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    tab.open_details()
    tab.page.evaluate("Object.defineProperty(WebSocket.prototype, 'readyState', { get: () => WebSocket.CLOSING })")
    tab.details.get_by_role("radio", name="Nothing").click(force=True)
    expect(tab.notice).to_contain_text("That needs a connection")
    expect(tab.page.locator("dialog:modal")).to_have_count(0)
    expect(tab.open_details().get_by_role("radio", name="Everything")).to_be_checked()


def test_between_phone_and_desktop_they_cover_no_notice(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport={"width": 900, "height": 700}).greeted()
    tab.open_details()
    tab.page.evaluate("Object.defineProperty(WebSocket.prototype, 'readyState', { get: () => WebSocket.CLOSING })")
    tab.details.get_by_role("radio", name="Nothing").click(force=True)
    tab.notice.get_by_role("button", name="Dismiss").click()
    expect(tab.notice).to_be_hidden()


def test_on_a_phone_they_make_way_for_what_is_opened(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=SCREENS["phone"]).greeted()
    tab.open_details()
    tab.page.keyboard.press("Control+k")
    tab.page.keyboard.type("lobby")
    expect(tab.options.first).to_contain_text("Lobby")
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text("Lobby")
    expect(tab.details).to_be_hidden()


def test_rooms_that_this_browser_had_muted_are_muted_at_the_server(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    chosen = json.dumps({"desktop": False, "muted": [room, "gone"]})
    tab.page.evaluate("([id, chosen]) => localStorage.setItem(`dweb.chosen.${id}`, chosen)", [two[0].userid, chosen])
    tab.page.reload()
    expect(tab.greeted().room(room)).to_have_accessible_name(f"{room} muted")
    kept = tab.page.evaluate("id => localStorage.getItem(`dweb.chosen.${id}`)", two[0].userid)
    assert json.loads(kept) == {"desktop": False, "sound": False}
    expect(visit(server, two[0]).greeted().room(room)).to_have_accessible_name(f"{room} muted")
    expect(tab.notice).to_be_hidden()
