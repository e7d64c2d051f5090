"""The lists at the side: their order, what is folded, out of sight, muted, or has a draft."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..network import Line
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

MANY = 40


@pytest.fixture
def rooms(two: Two) -> list[str]:
    """Three rooms of both; something was said in the first one last."""
    names = [f"{name}{two[0].userid}" for name in ("first", "second", "third")]
    for name in names:
        for person in two:
            person.get(f"/news_chat/?num={name}")
    for name in reversed(names):
        two[0].say(f"of {name}", room=name)
    return names


def listed(tab: Tab) -> list[str]:
    return [name for name in tab.page.locator("#rooms button > bdi").all_text_contents() if name != "Lobby"]


def test_rooms_stand_in_the_order_of_what_was_said_last(
    visit: Opener, server: Server, two: Two, rooms: list[str], screen: Screen
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={rooms[1]}", viewport=screen).greeted()
    tab.side()
    expect(tab.room(rooms[2])).to_be_visible()
    assert listed(tab) == rooms
    two[1].say("now this one", room=rooms[2])
    expect(tab.page.locator("#rooms button > bdi").first).to_have_text(rooms[2])
    assert listed(tab) == [rooms[2], *rooms[:2]]
    tab.page.reload()
    tab.greeted()
    expect(tab.page.locator("#rooms button > bdi").first).to_have_text(rooms[2])
    assert listed(tab) == [rooms[2], *rooms[:2]]


def test_a_muted_room_stands_last_and_says_so(visit: Opener, server: Server, two: Two, rooms: list[str]) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={rooms[0]}").greeted()
    expect(tab.room(rooms[0])).to_be_visible()
    tab.open_details().get_by_role("radio", name="Nothing").click(force=True)
    expect(tab.page.locator("#rooms button > bdi").last).to_have_text(rooms[0])
    expect(tab.room(rooms[0])).to_have_accessible_name(f"{rooms[0]} muted")


def test_a_muted_room_has_no_number(visit: Opener, server: Server, two: Two, rooms: list[str], screen: Screen) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={rooms[0]}", viewport=screen).greeted()
    tab.open_details().get_by_role("radio", name="Nothing").click(force=True)
    expect(tab.details.get_by_role("radio", name="Nothing")).to_be_checked()
    tab.page.keyboard.press("Escape")
    tab.side()
    tab.room(rooms[1]).click()
    two[1].say(f"@{two[0].username}: one", room=rooms[0])
    two[1].say(f"@{two[0].username}: two", room=rooms[2])
    tab.side()
    expect(tab.room(rooms[2]).locator(".for-me")).to_have_text("1")
    expect(tab.room(rooms[0])).to_contain_class("new")
    expect(tab.room(rooms[0]).locator(".for-me")).to_have_count(0)


def test_a_draft_is_shown_in_other_rooms(visit: Opener, server: Server, two: Two, rooms: list[str]) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={rooms[0]}").greeted()
    tab.field.press_sequentially("to be continued")
    expect(tab.room(rooms[0])).to_have_accessible_name(rooms[0])
    tab.room(rooms[1]).click()
    expect(tab.room(rooms[0])).to_have_accessible_name(f"{rooms[0]} draft")
    tab.page.reload()
    expect(tab.greeted().room(rooms[0])).to_have_accessible_name(f"{rooms[0]} draft")


def test_a_folded_section_shows_what_is_open_or_unread(
    visit: Opener, server: Server, two: Two, rooms: list[str]
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={rooms[0]}").greeted()
    head = tab.page.get_by_role("button", name="Rooms", exact=True)
    expect(tab.room(rooms[1])).to_be_visible()
    head.press("Enter")
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(tab.room(rooms[1])).to_have_count(0)
    expect(tab.room(rooms[0])).to_be_visible()
    two[1].say("unread", room=rooms[2])
    expect(tab.room(rooms[2])).to_be_visible()
    tab.page.reload()
    tab.greeted()
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(tab.room(rooms[2])).to_be_visible()
    expect(tab.room(rooms[1])).to_have_count(0)
    head.click()
    expect(tab.room(rooms[1])).to_be_visible()


def test_unread_rooms_out_of_sight_are_counted_and_shown(
    make_server: Callable[..., Server], visit: Opener, screen: Screen
) -> None:
    server = make_server(SEND_RATE=1_000, SEND_BURST=10_000)
    ann, bob = server.people(2)
    names = [f"r{number}" for number in range(MANY)]
    for name in names:
        for person in (ann, bob):
            person.get(f"/news_chat/?num={name}")
        ann.say("something", room=name)
    bob.say("unread", room=names[0])
    bob.say("unread", room=names[1])
    for name in names[2:]:
        ann.say("later", room=name)
    tab = visit(server, ann, f"/news_chat/?num={names[0]}", viewport=screen).greeted()
    expect(tab.room(names[0])).to_have_attribute("aria-current", "true")
    expect(tab.room(names[0])).not_to_contain_class("new")  # a phone marks nothing as read once it shows the lists
    tab.side()
    expect(tab.room(names[0])).to_be_in_viewport()  # the open room, though it is one of the last
    tab.page.locator("#lists").evaluate("list => list.scrollTop = 0")
    below, above = tab.page.locator("#below"), tab.page.locator("#above")
    expect(below).to_have_text("1 unread")
    expect(above).to_be_hidden()
    below.click()
    expect(tab.room(names[1])).to_be_in_viewport()
    expect(below).to_be_hidden()
    bob.say("unread", room=names[20])
    expect(tab.page.locator("#rooms button > bdi").first).to_have_text(names[20])
    expect(above).to_have_text("1 unread")
    above.click()
    expect(tab.room(names[20])).to_be_in_viewport()
    expect(above).to_be_hidden()


def test_a_number_is_for_what_is_meant_for_me(visit: Opener, server: Server, two: Two, rooms: list[str]) -> None:
    """Of mentions in rooms and of private messages: before the page is opened, and while it is."""
    name = two[0].username
    two[1].say("nothing", room=rooms[1])
    two[1].say(f"@{name}: one", room=rooms[2])
    tab = visit(server, two[0], f"/news_chat/?num={rooms[0]}").greeted()
    expect(tab.room(rooms[1])).to_have_accessible_name(f"{rooms[1]} unread")
    expect(tab.room(rooms[2])).to_have_accessible_name(f"{rooms[2]} 1 for you")
    two[1].say("@all: lunch", room=rooms[2])
    expect(tab.room(rooms[2])).to_have_accessible_name(f"{rooms[2]} 2 for you")
    two[1].say("hello", type="0", userto=two[0].userid)
    expect(tab.direct(two[1]).get_by_label("1 for you")).to_have_text("1")
    two[1].say("nothing more", room=rooms[2])
    tab.page.reload()
    expect(tab.greeted().room(rooms[2])).to_have_accessible_name(f"{rooms[2]} 2 for you")
    seq = two[1].say("nobody", room=rooms[2])["seq"]
    tab.room(rooms[2]).click()
    expect(tab.room(rooms[2])).to_have_accessible_name(rooms[2])
    tab.room(rooms[1]).click()
    for txt in (f"@{name}", "nobody"):
        two[1].post(type="edit", room=rooms[2], seq=seq, txt=txt)
    two[1].say("@all", room=rooms[2])
    expect(tab.room(rooms[2])).to_have_accessible_name(f"{rooms[2]} 1 for you")
    two[1].post(type="delete", room=rooms[2], seq=two[1].say("@all", room=rooms[2])["seq"])
    two[1].say("the end", room=rooms[2])
    expect(tab.room(rooms[2])).to_have_accessible_name(f"{rooms[2]} 1 for you")
    tab.room(rooms[2]).click()
    expect(tab.said("the end")).to_be_visible()
    expect(tab.said("@all: lunch")).to_contain_class("mentions")


def test_here_counts_for_those_who_are_online_when_it_comes(
    visit: Opener, server: Server, two: Two, rooms: list[str]
) -> None:
    two[1].say("@here: early", room=rooms[1])
    tab = visit(server, two[0], f"/news_chat/?num={rooms[0]}").greeted()
    expect(tab.room(rooms[1])).to_have_accessible_name(f"{rooms[1]} unread")
    two[1].say("@here: lunch", room=rooms[2])
    expect(tab.room(rooms[2])).to_have_accessible_name(f"{rooms[2]} 1 for you")
    tab.page.reload()
    expect(tab.greeted().room(rooms[2])).to_have_accessible_name(f"{rooms[2]} unread")
    two[1].say("@here once more", room=rooms[2])
    expect(tab.room(rooms[2])).to_have_accessible_name(f"{rooms[2]} 1 for you")
    tab.room(rooms[2]).click()
    expect(tab.said("@here: lunch")).to_contain_class("mentions")


def test_here_does_not_count_for_who_was_cut_off_when_it_came(
    visit: Opener, server: Server, two: Two, rooms: list[str]
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={rooms[0]}").greeted()
    tab.room(rooms[1]).click()
    expect(tab.said("of second")).to_be_visible()
    tab.room(rooms[0]).click()
    line = Line(tab)
    tab.may_lose_connection()
    line.cut()
    expect(tab.status).to_contain_text("The connection is lost.")
    for room in rooms[1:]:
        two[1].say("@here: lunch", room=room)
    line.whole = True
    line.until_answered("ready")
    for room in rooms[1:]:
        expect(tab.room(room)).to_have_accessible_name(f"{room} unread")


def test_who_wants_only_mentions_is_told_of_them_alone(
    visit: Opener, server: Server, two: Two, rooms: list[str]
) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={rooms[1]}").greeted()
    tab.open_details().get_by_role("radio", name="Mentions").click(force=True)
    expect(tab.details.get_by_role("radio", name="Mentions")).to_be_checked()
    tab.room(rooms[0]).click()
    expect(tab.page).to_have_title(f"{rooms[0]} · Dweb")
    two[1].say("nothing", room=rooms[1])
    two[1].say(f"@{two[0].username}", room=rooms[1])
    expect(tab.page).to_have_title(f"(1) {rooms[0]} · Dweb")
    expect(tab.room(rooms[1])).to_have_accessible_name(f"{rooms[1]} 1 for you")
