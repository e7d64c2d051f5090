"""The page of a crowded chat shows what it should, and its first load stays small."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from . import pace
from .crowded import MESSAGES, PEOPLE, ROOMS, Crowded, presence, sockets_of
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]

FIRST_LOAD = 125_000  # bytes before compression
# The rooms whose rows at the side are made or moved from now on.
ROWS = """() => {
    globalThis.rows = new Set();
    const note = ({addedNodes}) => addedNodes.forEach(row => rows.add(row.querySelector("button").dataset.room));
    for (const id of ["rooms", "directs"])
        new MutationObserver(records => records.forEach(note)).observe(document.getElementById(id), {childList: true});
}"""


def test_first_load_is_small(visit: Opener, crowded: Crowded) -> None:
    tab = visit(crowded.server, crowded.person, "about:blank://", locale="zh-CN")  # its catalogue is the larger one
    load = pace.load(tab.page, f"{crowded.server.url}/news_chat/")
    assert load.page <= FIRST_LOAD


def test_long_room_opens_at_its_newest_message(visit: Opener, crowded: Crowded) -> None:
    tab = visit(crowded.server, crowded.person).greeted()
    tab.room("long").click()
    expect(tab.stored_message(MESSAGES)).to_be_in_viewport()


def test_all_rooms_are_listed_and_the_switcher_finds_people(visit: Opener, crowded: Crowded) -> None:
    tab = visit(crowded.server, crowded.person, "/news_chat/?num=long").greeted()
    expect(tab.page.locator("#rooms button")).to_have_count(ROOMS + 2)
    found = tab.look_for("team496")
    expect(found.first).to_be_visible()
    tab.page.locator("dialog [role=combobox]").fill("李小龙")
    expect(found.first).to_contain_text("李小龙")


def test_people_of_a_crowd_are_counted_and_some_are_listed(visit: Opener, crowded: Crowded) -> None:
    """What the server would send of them is put into the page's connection."""
    tab = visit(crowded.server, crowded.person, "about:blank://")
    sockets = sockets_of(tab)
    tab.go("/news_chat/?num=long")
    tab.greeted()
    for start in range(0, PEOPLE, 200):
        sockets[0].send(presence(range(start, start + 200), online=start + 201))
    expect(tab.page.locator("#online")).to_have_text(str(PEOPLE + 1))
    sockets[0].send(presence([], range(200), online=PEOPLE - 199))
    expect(tab.page.locator("#online")).to_have_text(str(PEOPLE - 199))
    expect(tab.people).to_have_count(50)


def test_among_many_rooms_and_people_only_what_changes_is_drawn(visit: Opener, crowded: Crowded) -> None:
    """That is why it is as quick as among few."""
    tab = visit(crowded.server, crowded.person, "about:blank://")
    sockets = sockets_of(tab)
    tab.go("/news_chat/?num=long")
    tab.greeted()
    for start in range(0, PEOPLE, 200):
        sockets[0].send(presence(range(start, start + 200), online=start + 201))
    expect(tab.page.locator("#online")).to_have_text(str(PEOPLE + 1))
    tab.page.evaluate(ROWS)
    sockets[0].send(presence([], [0], online=PEOPLE))
    expect(tab.page.locator("#online")).to_have_text(str(PEOPLE))
    assert tab.page.evaluate("[...rows]") == []
    room = crowded.rooms[7]
    crowded.other.say("news", room=room)
    expect(tab.room(room)).to_have_accessible_name(f"{room} unread")
    assert tab.page.evaluate("[...rows]") == [room]
