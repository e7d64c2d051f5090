"""The list of a room's files in its details: search, the way to the message, what comes and goes meanwhile."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..attached import Attached, other, picture
from ..axe import assert_good
from ..tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


@pytest.fixture
def attached(visit: Opener, server: Server, two: Two, screen: Screen) -> Attached:
    return Attached(visit(server, two[0], "about:blank://", viewport=screen))


def opened(attached: Attached, room: str) -> Tab:
    attached.tab.go(f"/news_chat/?num={room}")
    attached.tab.greeted().open_details()
    return attached.tab


def listed(tab: Tab) -> Locator:
    return tab.details.locator(".room-files li bdi")


def say_three(attached: Attached, two: Two, room: str) -> None:
    attached.say(two[1], room, [other(1, "notes.pdf", "application/pdf")])
    attached.say(two[0], room, [picture(2, name="harbour.jpg")], "the harbour")
    attached.say(two[1], room, [other(3, "more notes.txt", "text/plain", 2_000)])


def test_a_room_without_files_says_so(attached: Attached, room: str) -> None:
    tab = opened(attached, room)
    expect(tab.details.locator(".room-files")).to_contain_text("No files here yet.")
    expect(tab.details.get_by_role("searchbox")).to_have_count(0)


def test_the_newest_come_first_and_more_on_request(attached: Attached, two: Two, room: str) -> None:
    say_three(attached, two, room)
    tab = opened(attached, room)
    expect(listed(tab)).to_have_text(["more notes.txt", "harbour.jpg"])
    expect(tab.details.locator(".room-files small").first).to_have_text(f"{two[1].username}, Today · 2 KB")
    tab.details.locator(".room-files").get_by_role("button", name="Show more").click()
    expect(listed(tab)).to_have_text(["more notes.txt", "harbour.jpg", "notes.pdf"])
    expect(tab.details.get_by_role("button", name="notes.pdf").last).to_be_focused()
    expect(tab.details.get_by_role("link", name="Download notes.pdf")).to_have_attribute("download", "notes.pdf")


def test_they_are_found_by_name(attached: Attached, two: Two, room: str) -> None:
    say_three(attached, two, room)
    tab = opened(attached, room)
    field = tab.details.get_by_role("searchbox")
    field.fill("NOTES")
    expect(listed(tab)).to_have_text(["more notes.txt", "notes.pdf"])
    field.fill("nothing")
    expect(tab.details.locator(".room-files [role=status]")).to_have_text("No file has this in its name.")
    field.fill("")
    expect(listed(tab)).to_have_text(["more notes.txt", "harbour.jpg"])


def test_a_file_leads_to_its_message(attached: Attached, two: Two, room: str) -> None:
    say_three(attached, two, room)
    for number in range(40):
        two[1].say(f"line {number}", room=room)
    tab = opened(attached, room)
    tab.details.get_by_role("button", name="harbour.jpg").click()
    expect(tab.stored_message(2)).to_be_in_viewport()
    expect(tab.stored_message(2)).to_be_focused()


def test_the_list_follows_what_happens(attached: Attached, two: Two, room: str) -> None:
    say_three(attached, two, room)
    tab = opened(attached, room)
    expect(listed(tab)).to_have_text(["more notes.txt", "harbour.jpg"])
    attached.say(two[1], room, [other(4, "new.zip")])
    expect(listed(tab)).to_have_text(["new.zip", "more notes.txt", "harbour.jpg"])
    two[1].say("", room=room, type="delete", seq=3)
    expect(listed(tab)).to_have_text(["new.zip", "harbour.jpg"])


def test_what_was_shown_on_request_stays_when_a_file_comes(attached: Attached, two: Two, room: str) -> None:
    say_three(attached, two, room)
    tab = opened(attached, room)
    tab.details.locator(".room-files").get_by_role("button", name="Show more").click()
    expect(listed(tab)).to_have_text(["more notes.txt", "harbour.jpg", "notes.pdf"])
    attached.say(two[1], room, [other(4, "new.zip")])
    expect(listed(tab)).to_have_text(["new.zip", "more notes.txt", "harbour.jpg", "notes.pdf"])
    tab.details.get_by_role("searchbox").fill("notes")
    expect(listed(tab)).to_have_text(["more notes.txt", "notes.pdf"])
    attached.say(two[1], room, [other(5, "newer.zip"), other(6, "New Notes.txt")])
    expect(listed(tab)).to_have_text(["New Notes.txt", "more notes.txt", "notes.pdf"])


def test_after_an_error_there_is_another_try(attached: Attached, two: Two, room: str) -> None:
    say_three(attached, two, room)
    attached.tab.may_say("status of 503")
    body = {"msg": "error", "error": "unavailable", "detail": "The database does not answer."}
    attached.page.route("**/files/?room=*", lambda route: route.fulfill(status=503, json=body))
    tab = opened(attached, room)
    expect(tab.details.locator(".room-files [role=status]")).to_have_text("The database does not answer.")
    attached.page.unroute("**/files/?room=*")
    tab.details.locator(".room-files").get_by_role("button", name="Try again").press("Enter")
    expect(listed(tab)).to_have_text(["more notes.txt", "harbour.jpg"])
    expect(tab.details.get_by_role("button", name="more notes.txt")).to_be_focused()
    expect(tab.details.locator(".room-files [role=status]")).to_have_text("")


@pytest.mark.both_screens
def test_it_is_accessible(attached: Attached, two: Two, room: str) -> None:
    say_three(attached, two, room)
    tab = opened(attached, room)
    expect(listed(tab)).to_have_count(2)
    assert_good(tab)
