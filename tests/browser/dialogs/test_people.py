"""The list of people who are online: it follows them as they come, and finds others by any word of their name."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


def test_people_come_and_go_while_it_is_open(visit: Opener, server: Server, two: Two, screen: Screen) -> None:
    tab = visit(server, two[0], "/news_chat/?num=people", viewport=screen).greeted()
    expect(tab.person(two[1])).to_have_count(0)
    socket = two[1].greeted()
    expect(tab.person(two[1])).to_contain_text("online")
    assert violations(tab.page) == []
    socket.close()
    expect(tab.person(two[1])).to_have_count(0)
    assert tab.page.locator("body > dialog").is_visible()


def test_who_was_chosen_stays_chosen_while_others_come(visit: Opener, server: Server, two: Two) -> None:
    second, first, third = server.people(3, [f"{letter}{two[0].userid}" for letter in "nmz"])
    tab = visit(server, two[0]).greeted()
    for person in (second, third):
        person.greeted()
    expect(tab.person(third)).to_be_visible()
    while third.username not in tab.page.locator("[aria-selected=true]").inner_text():
        tab.page.keyboard.press("ArrowDown")
    first.greeted()
    expect(tab.person(first)).to_be_visible()
    expect(tab.page.locator("[aria-selected=true]")).to_contain_text(third.username)
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text(third.username)


def test_who_has_scrolled_stays_there_while_others_come(visit: Opener, server: Server, two: Two) -> None:
    many = server.people(30, [f"many{number:02}-{two[0].userid}" for number in range(30)])
    for person in many[:-1]:
        person.greeted()
    tab = visit(server, two[0]).greeted()
    for person in many[:-1]:
        expect(tab.person(person)).to_be_attached()
    tab.page.get_by_role("listbox").evaluate("list => { list.scrollTop = 400; }")
    before = tab.person(many[20]).bounding_box()
    many[-1].greeted()
    expect(tab.person(many[-1])).to_be_attached()
    assert tab.person(many[20]).bounding_box() == before


def test_a_click_counts_while_others_come(make_server: Callable[..., Server], visit: Opener) -> None:
    """On a server of its own: nothing of other tests moves under the pointer."""
    server = make_server()
    me, chosen, other = server.people(3, ["me", "x", "y"])
    tab = visit(server, me).greeted()
    chosen.greeted()
    expect(tab.person(chosen)).to_be_visible()
    expect(tab.options).to_have_count(1)
    tab.person(chosen).hover()
    tab.page.mouse.down()
    other.greeted()
    expect(tab.person(other)).to_be_visible()
    tab.page.mouse.up()
    expect(tab.title).to_have_text(chosen.username)


def test_each_of_many_is_listed_or_found(visit: Opener, server: Server, two: Two, screen: Screen) -> None:
    """Of 60 people who are online 50 are listed; who is online stands nowhere else."""
    many = server.people(60, [f"crowd{number:02}-{two[0].userid}" for number in range(60)])
    for person in many:
        person.greeted()
    tab = visit(server, two[0], viewport=screen).greeted()
    tab.side()
    expect(tab.page.locator("#online")).to_have_text(re.compile(r"^6\d$"))
    expect(tab.page.locator("#lists")).not_to_contain_text("crowd")
    expect(tab.people).to_have_count(50)
    for person in (many[0], many[-1]):
        tab.page.get_by_role("combobox").fill(person.username)
        expect(tab.options).to_have_text(re.compile(f"{person.username} *online"))


def test_others_are_found_by_any_word_and_no_room_is_offered(visit: Opener, server: Server, two: Two) -> None:
    [person] = server.people(1, [f"Mary Ann Number{two[0].userid}"])
    tab = visit(server, two[0]).greeted()
    tab.people.first.or_(tab.page.get_by_text("Nobody else is here now.")).first.wait_for()
    tab.page.keyboard.type(f"number{two[0].userid}")
    expect(tab.options).to_have_count(1)
    expect(tab.options).to_contain_text(person.username)
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text(person.username)
    tab.people.first.or_(tab.page.get_by_text("Nobody else is here now.")).first.wait_for()
    tab.page.keyboard.type("nobody-has-this")
    expect(tab.page.get_by_text("Nothing has this name.")).to_be_visible()
    expect(tab.options).to_have_count(0)
