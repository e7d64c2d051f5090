"""Rooms with doors: made, found, changed and moderated on the page, as its people see it at once."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import WebSocketRoute, expect

from ..support.server import Server, Visitor
from .axe import violations
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


def rule(person: Visitor, room: str, **fields: object) -> None:
    """Changes a room, or one of its members if there is a `userid`."""
    path = f"/rooms/{room}/members/" if "userid" in fields else f"/rooms/{room}/"
    answer = person.post(path, **fields)
    assert answer.status == 200, answer.body


def test_a_private_room_is_made_with_its_first_people(
    visit: Opener, server: Server, two: Two, screen: Screen, crowd: Iterator[Visitor]
) -> None:
    ann, bob = (visit(server, person, viewport=screen).greeted() for person in two)
    ann.side()
    if ann.page.locator("#lists .icon-button").first.is_visible():
        ann.page.get_by_role("button", name="New room").click()
    else:
        ann.page.locator("#place").click()
        ann.page.get_by_role("menuitem", name="New room").click()
    title = f"Kitchen talk! {two[0].userid}"
    ann.page.keyboard.type(title)
    ann.dialog.get_by_text("By invitation").click()
    expect(ann.dialog).to_contain_text("For others it does not exist.")
    people = ann.dialog.get_by_role("combobox", name="People")
    people.fill(two[1].username)
    expect(ann.page.get_by_role("option", selected=True)).to_have_text(two[1].username)
    people.press("Enter")
    expect(ann.dialog.locator(".token")).to_have_text(two[1].username)
    ann.dialog.get_by_role("button", name="Make this room").click()
    expect(ann.title).to_have_text(title)
    expect(ann.page.locator("#signs")).to_have_text("private")
    bob.side()
    row = bob.page.locator("#lists li > button", has_text=title)
    expect(row).to_contain_text("private")
    row.click()
    expect(bob.title).to_have_text(title)
    third = next(crowd)
    ann.open_details().get_by_role("button", name="Add people").click()
    ann.dialog.get_by_role("combobox").fill(third.username)
    expect(ann.page.get_by_role("option", selected=True)).to_have_text(third.username)
    ann.page.keyboard.press("Enter")
    ann.dialog.get_by_role("button", name="Add", exact=True).click()
    expect(bob.page.locator(".notice")).to_contain_text(f"{two[0].username} added {third.username}")
    expect(ann.details.locator("li")).to_have_count(3)
    ann.details.get_by_role("button", name="Edit picture, title and topic").click()
    ann.details.get_by_role("textbox", name="Title").fill("Dishes")
    ann.details.get_by_role("textbox", name="Topic").fill("Who washes up")
    ann.details.get_by_role("button", name="Save").click()
    for tab in (ann, bob):
        expect(tab.title).to_have_text("Dishes")
        expect(tab.page.locator("#subtitle")).to_have_text("Who washes up")
    expect(bob.page).to_have_title("Dishes · Dweb")


def test_who_moderates_is_followed_at_once(visit: Opener, server: Server, two: Two, room: str) -> None:
    ann, bob = (visit(server, person, f"/news_chat/?num={room}").greeted() for person in two)
    bob.field.fill("a draft")
    ann.open_details().get_by_role("switch", name="Only moderators write").click()
    closed = bob.page.get_by_placeholder("Only moderators write here now.")
    expect(closed).not_to_be_editable()
    expect(bob.page.locator(".send")).to_be_hidden()
    expect(bob.room(room)).to_have_accessible_name(f"{room} frozen")
    assert violations(bob.page) == []
    ann.say("quiet, please")
    ann.said("quiet, please")
    ann.details.get_by_role("switch", name="Only moderators write").click()
    expect(bob.field).to_be_editable()
    expect(bob.field).to_have_value("a draft")
    bob.field.press("Enter")
    more = ann.details.get_by_role("button", name=f"More for {two[1].username}")
    more.click()
    ann.page.get_by_role("menuitem", name="Mute").click()
    ann.page.get_by_role("menuitem", name="For an hour").click()
    expect(bob.page.get_by_placeholder("You are muted here until")).to_be_visible()
    ann.act(ann.said("a draft"), "Delete")
    ann.dialog.get_by_role("textbox", name="Reason").fill("<i>spam</i>")
    ann.dialog.get_by_role("button", name="Delete").click()
    expect(bob.texts.last).to_have_text(
        f"{two[0].username} deleted this message: <i>spam</i>", timeout=20_000
    )  # six seconds to take it back
    more.click()
    ann.page.get_by_role("menuitem", name="Remove …").click()
    ann.dialog.get_by_role("button", name="Remove").click()
    expect(bob.title).to_have_text("Lobby")
    expect(bob.notice).to_contain_text(f"You are no longer in the room {room}.")
    expect(ann.details.locator("li")).to_have_count(1)


def test_the_last_owner_first_names_another_one(visit: Opener, server: Server, two: Two, room: str) -> None:
    ann, bob = (visit(server, person, f"/news_chat/?num={room}").greeted() for person in two)
    ann.ask_to_leave()
    expect(ann.dialog.get_by_role("combobox", name="New owner")).to_have_value(str(two[1].userid))
    assert violations(ann.page) == []
    ann.dialog.get_by_role("button", name="Leave").click()
    expect(ann.title).to_have_text("Lobby")
    expect(bob.page.locator(".notice")).to_contain_text(f"{two[0].username} made you an owner")
    expect(bob.open_details().get_by_role("switch", name="Only moderators write")).to_be_visible()


def test_all_rooms_are_found_and_joined(visit: Opener, server: Server, two: Two, screen: Screen) -> None:
    name = f"Chess {two[1].userid}"
    assert two[1].post("/rooms/", title=name, topic="Lunch games").status == 200
    assert two[1].post("/rooms/", title=f"{name} hidden", kind="private").status == 200
    tab = visit(server, two[0], viewport=screen).greeted()
    tab.side()
    tab.page.locator("#place").click()
    tab.page.get_by_role("menuitem", name="Browse rooms").click()
    tab.page.keyboard.type(name.lower())
    rows = tab.dialog.get_by_role("listitem")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("1 member")
    expect(rows).to_contain_text("Lunch games")
    assert violations(tab.page) == []
    tab.page.keyboard.press("ArrowDown")
    expect(tab.dialog.get_by_role("button", name=f"Join {name}")).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text(name)
    expect(tab.page.locator("#subtitle")).to_have_text("Lunch games")


def test_an_archived_room_leaves_the_list_and_is_found(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[1]).greeted()
    expect(tab.room(room)).to_be_visible()
    rule(two[0], room, archived=1)
    expect(tab.room(room)).to_have_count(0)
    tab.open_room(room)
    expect(tab.page.get_by_placeholder("This room is archived")).not_to_be_editable()
    tab.stored_message(1).or_(tab.page.locator(".notice")).first.wait_for()
    rule(two[0], room, archived=0)
    expect(tab.field).to_be_editable()


def test_where_there_is_no_room_the_page_leads_to_those_that_there_are(
    visit: Opener, server: Server, two: Two, screen: Screen
) -> None:
    tab = visit(server, two[0], "about:blank://", viewport=screen)
    tab.may_say("status of 404")
    tab.go("/news_chat/?num=~abcdefghij")
    tab.greeted()
    expect(tab.title).to_have_text("No such room")
    empty = tab.page.locator("#messages .empty")
    expect(empty).to_contain_text("There is no room here")
    expect(tab.page.get_by_placeholder("Nothing can be written here.")).to_be_visible()
    expect(tab.page.locator("#lists [data-room^='~']")).to_have_count(0)
    assert violations(tab.page) == []
    empty.get_by_role("button", name="Browse rooms").click()
    expect(tab.dialog).to_have_accessible_name("All rooms")


def test_who_is_not_in_the_lobby_begins_in_another_room(visit: Opener, server: Server, two: Two, room: str) -> None:
    """A guest; here the lobby is taken out of the greeting."""

    def between(socket: WebSocketRoute) -> None:
        far = socket.connect_to_server()

        def answer(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] == 0:
                frame["rooms"] = [each for each in frame["rooms"] if each["room"] != "lobby"]
            socket.send(json.dumps(frame))

        far.on_message(answer)

    tab = visit(server, two[0], "about:blank://")
    tab.page.route_web_socket("**/chat/", between)
    tab.go("/news_chat/")
    expect(tab.title).to_have_text(room)
    expect(tab.field).to_be_editable()
    expect(tab.room("lobby")).to_have_count(0)


def test_more_members_come_page_after_page(visit: Opener, server: Server, two: Two, room: str) -> None:
    def page(first: int, count: int) -> list[dict[str, object]]:
        people = range(first, first + count)
        return [{"userid": 900_000 + n, "username": f"P{n}", "role": "member", "online": False} for n in people]

    about = {"room": room, "title": room, "kind": "open", "topic": "", "frozen": False, "archived": False}
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.page.route(
        "**/rooms/*/?after=900049", lambda route: route.fulfill(json={**about, "people": page(50, 7), "members": 57})
    )
    tab.page.route("**/rooms/*/?", lambda route: route.fulfill(json={**about, "people": page(0, 50), "members": 57}))
    more = tab.open_details().get_by_role("button", name="and 7 more")
    more.click()
    expect(tab.details.locator("li")).to_have_count(57)
    expect(more).to_be_hidden()
    expect(tab.details.locator("li > button", has_text="P50")).to_be_focused()
