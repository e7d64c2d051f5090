"""A room is left after a question, and can be entered again at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server, Visitor
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


def test_leaving_asks_first_and_can_be_undone(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    two[1].say("stay", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    tab.ask_to_leave()
    expect(tab.dialog).to_contain_text(f"You will get no more messages of {room}.")
    expect(tab.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.dialog).to_have_count(0)
    expect(tab.title).to_have_text(room)
    tab.leave()
    expect(tab.title).to_have_text("Lobby")
    expect(tab.notice).to_contain_text(f"You have left the room {room}.")
    tab.notice.get_by_role("button", name="Undo").click()
    expect(tab.title).to_have_text(room)
    expect(tab.texts).to_have_text(["stay"])


def test_who_comes_back_is_told_of_what_they_wanted_before(visit: Opener, server: Server, two: Two, room: str) -> None:
    two[1].say("stay", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.open_details().get_by_role("radio", name="Nothing").click(force=True)
    expect(tab.room(room)).to_have_accessible_name(f"{room} muted")
    tab.leave()
    tab.notice.get_by_role("button", name="Undo").click()
    expect(tab.title).to_have_text(room)
    expect(tab.room(room)).to_have_accessible_name(f"{room} muted")
    tab.page.reload()
    expect(tab.greeted().room(room)).to_have_accessible_name(f"{room} muted")


def test_a_room_that_was_joined_is_not_opened_again_by_itself(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    """Another tab leaves it and comes back."""
    other = f"other{two[0].userid}"
    here = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    here.enter(other)
    here.room(room).click()
    here.field.fill("half a thought")
    there = visit(server, two[0], f"/news_chat/?num={other}").greeted()
    there.leave()
    expect(here.room(other)).to_have_count(0)
    there.notice.get_by_role("button", name="Undo").click()
    expect(there.title).to_have_text(other)
    expect(here.room(other)).to_be_visible()
    expect(here.title).to_have_text(room)


def test_who_is_removed_gets_to_the_lobby_without_the_words(visit: Opener, server: Server, two: Two, room: str) -> None:
    """The module with the words cannot be had."""
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.may_say("ERR_FAILED")
    tab.page.route("**/joining.*js", lambda route: route.abort())
    visit(server, two[0], f"/news_chat/?num={room}").greeted().leave()
    expect(tab.title).to_have_text("Lobby")


def test_being_removed_is_no_choice_and_has_no_way_back(visit: Opener, server: Server, two: Two, room: str) -> None:
    """Another tab has left the room."""
    tabs = [visit(server, two[0], f"/news_chat/?num={room}").greeted() for _ in range(2)]
    tabs[0].leave()
    expect(tabs[1].notice).to_contain_text(f"You are no longer in the room {room}.")
    expect(tabs[1].notice.get_by_role("button", name="Undo")).to_have_count(0)
