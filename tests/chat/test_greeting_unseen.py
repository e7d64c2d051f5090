"""The rooms that a client does not name: what it gets of them when it comes back with the place of a stream."""

import pytest

from Dweb import runtime
from Dweb.chat import messages
from Dweb.chat.greeting import Greeting, Hello, Unseen
from Dweb.live.client import Client
from Dweb.live.direct import direct_room
from Dweb.live.poll import Gathered, PollOutbox
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, User
from Dweb.runtime import Runtime

from ..support.fakes import make_room
from ..support.link import Link


def write(sender: User, text: str, room: str = "", userto: int | None = None) -> None:
    messages.submit(runtime.get(), sender, Entry(Kind.MESSAGE, text=text, room=room, userto=userto))


@pytest.fixture
def rooms(live: Runtime, alice: User, bob: User) -> dict[str, str]:
    """Alice's, each with a message: the lobby, a group room, and a private chat."""
    make_room("club", alice, bob)
    for room in (LOBBY, "club"):
        write(bob, f"in {room}", room)
    write(bob, "for alice", userto=alice.pk)
    return {"group": "club", "direct": direct_room(alice.pk, bob.pk)}


def greeted(live: Runtime, user: User, hello: Hello) -> Gathered:
    """What is sent beside the greeting."""
    outbox = PollOutbox(1 << 20, 200, lambda: None)
    with Link() as link:
        client = Client(link.sock, user.pk, "Alice", close_socket=print, writer=live.writer, limit=0, outbox=outbox)
        assert live.hub.enter(client)
        try:
            Greeting(live, client, user).greet(hello)
            assert client.rooms == {LOBBY, "club", *outbox.gathered().last}
        finally:
            live.hub.leave(client)
    return outbox.gathered()


def test_from_now_on(live: Runtime, alice: User, rooms: dict[str, str]) -> None:
    assert greeted(live, alice, Hello({LOBBY: 1})) == ([], {LOBBY: 1, "club": 1, rooms["direct"]: 1}, [])


def test_a_private_chat_is_new_and_a_group_is_loaded(live: Runtime, alice: User, rooms: dict[str, str]) -> None:
    found = greeted(live, alice, Hello({LOBBY: 0}, unseen=Unseen.NEW))
    assert [b"for alice" in event for event in found.events].count(True) == 1
    assert len(found.events) == 2
    assert (found.reset, found.last) == (["club"], {LOBBY: 1, "club": 1, rooms["direct"]: 1})


def test_all_are_loaded(live: Runtime, alice: User, rooms: dict[str, str]) -> None:
    found = greeted(live, alice, Hello({LOBBY: 1}, unseen=Unseen.RESET))
    assert (found.events, sorted(found.reset)) == ([], sorted(rooms.values()))
    found = greeted(live, alice, Hello({LOBBY: 7, "nothing": 1}, unseen=Unseen.RESET))
    assert sorted(found.reset) == sorted([LOBBY, *rooms.values()])
