"""Pictures of people and rooms: they stand wherever the circles and squares are, and follow what the server says."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Route, WebSocketRoute, expect

from ...support import uploads
from ...support.server import Server, Visitor
from ..tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

BOX = "each => { const {x, y, width, height} = each.getBoundingClientRect(); return [x, y, width, height]; }"
PAINTED = "each => each.complete && each.naturalWidth > 0 && getComputedStyle(each).opacity === '1'"
MANY = """async ([first, count]) => {
    const {avatar, roomAvatar} = await import("/static/js/lib/dom.js");
    const box = document.querySelector("#announcer");
    box.replaceChildren(roomAvatar("constructor", "c"), roomAvatar("@1.2.3", "several"));
    for (let number = 0; number < count; number++) box.append(avatar(first + number, "someone"));
}"""


def picture(colour: str = "#c8735a", kind: str = "JPEG") -> bytes:
    data = BytesIO()
    Image.new("RGB", (96, 64), colour).save(data, kind)
    return data.getvalue()


def choose(person: Visitor, colour: str = "#c8735a") -> str:
    """Gives a person a picture; the id of its file."""
    file = str(uploads.send(person, picture(colour), "me.jpg")["id"])
    assert person.post("/profile/", picture=file).status == 200
    return file


def see(tab: Tab, face: Locator, file: str) -> None:
    """The picture is in the face, alone, and as large."""
    image = face.locator("img")
    expect(image).to_have_count(1)
    expect(image).to_have_attribute("src", f"/files/{file}/preview")
    tab.page.wait_for_function(PAINTED, arg=image.element_handle(), timeout=30_000)
    assert image.evaluate(BOX) == face.evaluate(BOX)


class Asked:
    """The people and rooms whose pictures a page asks for, of each request."""

    def __init__(self, page: Page) -> None:
        self.users: list[list[str]] = []
        self.rooms: list[list[str]] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.path != "/pictures/":
            return
        fields = parse_qs(address.query)
        self.users.append(fields.get("users", [""])[0].split(","))
        self.rooms.append(fields.get("rooms", [""])[0].split(","))

    def of(self, number: int) -> int:
        return sum(str(number) in users for users in self.users)


def test_it_comes_and_goes_at_once_and_moves_nothing(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    two[0].say("hello", room=room)
    tab = visit(server, two[1], f"/news_chat/?num={room}", viewport=screen).greeted()
    tab.may_say("status of 404")  # the preview is not made yet
    face = tab.stored_message(1).locator(".avatar")
    box = face.evaluate(BOX)
    see(tab, face, choose(two[0]))
    assert face.evaluate(BOX) == box
    two[0].say("and another day", room=room, reply=1)
    other = choose(two[0], "#5b7c8d")
    for seq in (1, 2):
        see(tab, tab.stored_message(seq).locator(".avatar"), other)
    assert two[0].post("/profile/", picture="").status == 200
    expect(tab.page.locator("#messages .avatar img")).to_have_count(0)
    expect(face).to_have_attribute("data-letter", two[0].username[0].upper())


def test_it_is_there_when_the_page_is_opened(visit: Opener, server: Server, two: Two, room: str) -> None:
    file = choose(two[0])
    two[0].say("hello", room=room)
    tab = visit(server, two[0], "about:blank://")
    tab.may_say("status of 404")
    asked = Asked(tab.page)
    tab.go(f"/news_chat/?num={room}")
    see(tab, tab.greeted().page.locator("#me .avatar"), file)
    see(tab, tab.message("hello").locator(".avatar"), file)
    see(tab, tab.open_details().locator("li .avatar").first, file)
    assert asked.of(two[0].userid) == 1


def test_many_are_asked_for_in_parts_and_nobody_twice(visit: Opener, server: Server, two: Two) -> None:
    choose(two[0])
    tab = visit(server, two[1], "about:blank://")
    asked = Asked(tab.page)
    tab.go("/news_chat/")
    tab.greeted()
    expect(tab.page.locator("head link[href*='css/pictures']")).to_have_count(1)
    first, count = 7_000_000, 450
    with tab.page.expect_response(lambda answer: str(first + count - 1) in answer.url):
        tab.page.evaluate(MANY, [first, count])
    numbers = [number for users in asked.users for number in users if number]
    assert {str(number) for number in range(first, first + count)} <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert max(map(len, asked.users)) == 200
    names = [name for rooms in asked.rooms for name in rooms]
    assert names.count("constructor") == 1
    assert "@1.2.3" not in names
    requests = len(asked.users)
    with tab.page.expect_response(lambda answer: str(first - 1) in answer.url):
        tab.page.evaluate(MANY, [first - 1, count])
    assert asked.users[requests:] == [[str(first - 1)]]
    expect(tab.page.locator("#announcer img")).to_have_count(0)


def test_that_of_a_room_is_told_between_the_messages(visit: Opener, server: Server, two: Two, room: str) -> None:
    tabs = [visit(server, person, f"/news_chat/?num={room}").greeted() for person in two]
    file = str(uploads.send(two[0], picture(), "room.jpg")["id"])
    assert two[0].post(f"/rooms/{room}/", picture=file).status == 200
    for tab, who in zip(tabs, ("You", two[0].username), strict=True):
        tab.may_say("status of 404")
        see(tab, tab.room(room).locator(".avatar"), file)
        see(tab, tab.page.locator("#face .avatar"), file)
        expect(tab.page.locator(".notice")).to_contain_text(f"{who} gave the room another picture")
    assert two[0].post(f"/rooms/{room}/", picture="").status == 200
    for tab in tabs:
        expect(tab.page.locator(".avatar.room img")).to_have_count(0)
        expect(tab.page.locator(".notice")).to_contain_text("removed the room’s picture")


def test_the_letter_stays_until_the_preview_is_made(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    tab.may_say("status of 404")
    two[0].say("hello", room=room)
    is_made = False

    def answer(route: Route) -> None:
        if is_made:
            return route.fulfill(body=picture(kind="WEBP"), content_type="image/webp")
        route.fulfill(status=404, headers={"Retry-After": "1"}, json={"msg": "error", "error": "not_found"})

    tab.page.route("**/preview", answer)
    with tab.page.expect_response("**/preview"):
        file = choose(two[0])
    image = tab.message("hello").locator(".avatar img")
    expect(image).to_have_css("opacity", "0")
    is_made = True
    see(tab, tab.message("hello").locator(".avatar"), file)


def test_what_came_while_the_connection_was_lost_is_asked_for(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    choose(two[1])
    two[0].say("hello", room=room)
    tab = visit(server, two[1], "about:blank://")
    tab.may_say("status of 404")
    tab.may_lose_connection()
    tab.page.add_init_script("Math.random = () => 0")  # at once
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        far = socket.connect_to_server()
        far.on_message(lambda message: socket.send(message) if kind(message) != "picture" else None)

    tab.page.route_web_socket("**/chat/", between)
    tab.go(f"/news_chat/?num={room}")
    expect(tab.greeted().page.locator("#me .avatar img")).to_have_count(1)
    file = choose(two[0])
    two[0].say("again", room=room)
    expect(tab.message("again")).to_be_visible()
    expect(tab.message("hello").locator("img")).to_have_count(0)
    sockets[0].close()
    see(tab, tab.message("hello").locator(".avatar"), file)


def kind(message: str | bytes) -> Any:
    return json.loads(message)["type"]
