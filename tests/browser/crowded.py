"""A chat as crowded as the page must stand, and people who come and go without being there."""

import json
from collections.abc import Sequence

from playwright.sync_api import WebSocketRoute

from ..support import chronicle
from ..support.server import Server
from .tab import Tab

MESSAGES, ROOMS, PEOPLE = 10_000, 500, 5_000


class Crowded:
    """A server whose chat is as full as it may become, and a person who has all of it before them.

    Another one is in the same rooms.
    """

    def __init__(self, server: Server) -> None:
        people = server.people(4)
        chronicle.fill_room(server, "long", MESSAGES, people)
        self.rooms = chronicle.fill_rooms(server, ROOMS, people[:2])
        chronicle.fill_people(server, PEOPLE)
        self.server = server
        self.person, self.other = people[:2]


def sockets_of(tab: Tab) -> list[WebSocketRoute]:
    """The sockets that the tab opens from now on. A test may put frames of its own into them."""
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    tab.page.route_web_socket("**/chat/", between)
    return sockets


def presence(joined: Sequence[int], left: Sequence[int] = (), *, online: int) -> str:
    """The server's frame about people of a crowd, by their numbers, who have come and gone."""
    return json.dumps({"type": "presence", "joined": _people(joined), "left": _people(left), "online": online})


def _people(numbers: Sequence[int]) -> list[dict[str, object]]:
    return [{"userid": 1_000_000 + number, "username": f"小明 {number}"} for number in numbers]
