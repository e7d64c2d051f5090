"""What one person can make others hold, at the real server: rooms, private chats, and the list of them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from ..conftest import LONG
from ..support import chronicle
from ..support.server import Server, Visitor, receive

SMALL = {"OUTBOX_MAX_BYTES": 128 * 1024, "GREETING_PART_BYTES": 16 * 1024}  # a tenth of the chats fills them likewise
LARGE = {"OUTBOX_MAX_BYTES": 1024 * 1024}


def until_listed(socket: ClientConnection, most_bytes: int) -> Iterator[dict[str, Any]]:
    """The frames of a greeting, up to the end of the list of rooms."""
    more = True
    while more:
        text = socket.recv(timeout=60)
        assert len(text) < most_bytes
        frame = json.loads(text)
        more = frame.get("more", more)
        yield frame


@pytest.mark.parametrize(("chats", "limits"), [(320, SMALL), pytest.param(2_550, LARGE, marks=LONG)])
def test_a_person_in_many_private_chats_of_long_names_connects_and_resumes(
    make_server: Callable[..., Server], chats: int, limits: dict[str, int]
) -> None:
    """Such rooms may be in the database from earlier times."""
    server, outbox = make_server(**limits), limits["OUTBOX_MAX_BYTES"]
    [person, other] = server.people(2)
    names = chronicle.fill_strangers(server, chats, person)
    with person.connect() as socket:
        socket.send('{"type":"hello"}')
        frames = list(until_listed(socket, outbox // 2))
        rooms = [room for frame in frames if "rooms" in frame for room in frame["rooms"]]
        assert [room["room"] for room in rooms] == ["lobby", *reversed(names)]
        assert len(json.dumps(frames)) > outbox
        assert {room["unread"] for room in rooms[1:]} == {1}
        assert frames[0]["type"] == 0
        for name in (names[0], "lobby", names[-1]):  # those of the last part are live, too
            said = person.say("live", **addressed(name, person))
            assert receive(socket, 1)["data"]["seq"] == said["seq"]
    missed = {name: person.say("missed", **addressed(name, person))["seq"] for name in names[:: chats // 10]}
    assert other.say("hello")["seq"] == 2
    last = {room["room"]: room["seq"] for room in rooms} | {names[0]: 2, "lobby": 1, names[-1]: 2}
    with person.connect() as socket:
        socket.send(json.dumps({"type": "hello", "last": last}))
        list(until_listed(socket, outbox // 2))
        replayed = {}
        while (frame := json.loads(socket.recv(timeout=30)))["type"] != "ready":
            if frame["type"] == 1:
                assert frame["data"]["room"] not in replayed
                replayed[frame["data"]["room"]] = frame["data"]["seq"]
        assert replayed == missed | {"lobby": 2}
        person.say("live again", **addressed(names[0], person))
        assert receive(socket, 1)["data"]["msg"] == "live again"
    assert server.faults() == []


def addressed(room: str, person: Visitor) -> dict[str, object]:
    if room == "lobby":
        return {"type": "1"}
    return {"type": "0", "userto": next(user for user in room[1:].split(".") if user != str(person.userid))}
