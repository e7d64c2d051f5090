"""Databases of earlier versions, migrated when the server starts: people are signed in and find all as it was.

tests/support/upgrades.py made the databases: one of the oldest version, and one from before each migration since it.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from ..support import upgrades
from ..support.server import Server, Visitor, receive

NAMES = sorted({path.name.partition(".")[0] for path in upgrades.FOLDER.glob("*.sql")})


def is_part(old: Any, new: Any) -> bool:
    """True if `new` has all that `old` has: objects may have got further members."""
    if isinstance(old, dict):
        return all(key in new and is_part(value, new[key]) for key, value in old.items())
    if isinstance(old, list):
        return len(old) == len(new) and all(map(is_part, old, new))
    return bool(old == new)


def found(person: Visitor, words: str) -> list[str]:
    return [event["data"]["msg"] for event in person.get(f"/search/?q={quote(words)}").json()["events"]]


@pytest.mark.parametrize("name", NAMES)
def test_an_earlier_version(make_server: Callable[..., Server], name: str) -> None:
    server = make_server(start=False, laid=False, SECRET_KEY=upgrades.SECRET_KEY)
    people = upgrades.load(name, server)
    server.start()
    anna, wei = (Visitor(server, people[who]["userid"], who, people[who]["session"]) for who in ("anna", "wei"))
    for person in (anna, wei):
        before, after = people[person.username], upgrades.shown(person)
        for room in before["rooms"]:
            if "unread" not in room:  # there were no marks
                del room["read"]
        for shown in (before, after):
            shown["rooms"].sort(key=lambda room: room["room"])
        assert is_part(before, after)
        assert after["pages"].keys() == before["pages"].keys()
    assert found(anna, "zebra") == ["a quick zebra says hello"]
    assert found(wei, "会议") == ["今天下午我们在会议室讨论"]

    [head] = [room["seq"] for room in people["anna"]["rooms"] if room["room"] == "lobby"]
    epoch = people["anna"]["pages"]["lobby"]["epoch"]
    socket = anna.connect()
    socket.send(json.dumps({"type": "hello", "epoch": epoch, "last": {"lobby": head - 2}}))
    frames = []
    while not frames or frames[-1]["type"] != "ready":
        frames.append(json.loads(socket.recv(timeout=10)))
    assert [frame["data"]["seq"] for frame in frames if "data" in frame] == [head - 1, head]
    assert wei.say("in the new version")["seq"] == head + 1
    assert receive(socket, 1)["data"]["seq"] == head + 1

    visitor = Visitor(server, 0, "", "")
    assert visitor.post("/", userNameOrEmailAddress="anna", password=upgrades.PASSWORD).status == 302
    assert server.faults() == []
