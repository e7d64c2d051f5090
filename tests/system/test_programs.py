"""Programs with tokens at a whole server: their sockets, what these get, and their end at once, everywhere."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from Dweb.live.wire import CloseCode

from ..support.programs import Program, program_of
from ..support.redis import RedisServer
from ..support.server import Server, receive
from ..support.waiting import wait_until
from .test_servers import make_cluster

CHANGE = "from Dweb.models import User; user = User.objects.get(pk={pk}); user.set_password('another one'); user.save()"
CLOSE = "from Dweb.models import User; User.objects.filter(pk={pk}).update(is_active=False)"
WRITING: list[dict[str, object]] = [
    {"type": "1", "txt": "x", "room": "lobby"},
    {"type": "typing", "room": "lobby"},
    {"type": "join", "room": "x"},
    {"type": "read", "room": "lobby", "seq": 0},
]
FRAMES = {"type": "1", "txt": "x", "room": "lobby"}


def consume(socket: ClientConnection, is_last: Callable[[Any], bool]) -> list[Any]:
    """The frames that come, until the last one, or until the server closes."""
    seen: list[Any] = []
    while not seen or not is_last(seen[-1]):
        seen.append(json.loads(socket.recv(timeout=10)))
    return seen


def close_code(socket: ClientConnection) -> int:
    """Reads until the server closes."""
    with pytest.raises(ConnectionClosed) as closed:
        consume(socket, lambda frame: False)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def refused(program: Program) -> int:
    with pytest.raises(InvalidStatus) as answer:
        program.connect()
    return answer.value.response.status_code


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(SESSION_CHECK_SECONDS=1)


def test_a_program_talks_over_its_socket_and_ends_with_its_token(server: Server) -> None:
    ann, bob = server.people(2)
    program = program_of(ann)
    with bob.greeted() as other, program.greeted() as socket:
        socket.send(json.dumps({**FRAMES, "txt": "from a program", "cid": "c1"}))
        assert receive(socket, "ack")["seq"] == 1
        told = receive(other, 1)["data"]
        assert (told["msg"], told["userid"]) == ("from a program", ann.userid)
        bob.say("to a program")
        assert receive(socket, 1)["data"]["msg"] == "to a program"
        [row] = ann.get("/tokens/").json()["tokens"]
        assert ann.post("/tokens/", end=row["id"]).status == 200
        assert close_code(socket) == CloseCode.SIGNED_OUT
    assert refused(program) == 401
    assert program.post(type="1", txt="x").status == 401
    assert server.faults() == []


def test_it_outlives_a_change_of_the_password_and_not_the_account(server: Server) -> None:
    ann, _bob = server.people(2)
    program = program_of(ann)
    with program.greeted() as socket:
        server.run("manage.py", "shell", "--no-imports", "-c", CHANGE.format(pk=ann.userid))
        wait_until(lambda: ann.get("/tokens/").status == 401)
        socket.send(json.dumps(FRAMES))
        assert receive(socket, "ack")["seq"] == 1
        server.run("manage.py", "shell", "--no-imports", "-c", CLOSE.format(pk=ann.userid))
        assert refused(program) == 401
        assert close_code(socket) == CloseCode.ACCOUNT_CLOSED


def test_a_token_that_only_reads(server: Server) -> None:
    ann, bob = server.people(2)
    program = program_of(ann, scopes="read")
    with program.greeted() as socket:
        for frame in (
            FRAMES,
            {"type": "typing", "room": "lobby"},
            {"type": "join", "room": "x"},
            {"type": "read", "room": "lobby", "seq": 0},
        ):
            socket.send(json.dumps(frame))
            assert receive(socket, "error")["error"] == "forbidden"
        socket.send(json.dumps({"type": "ping"}))
        assert receive(socket, "pong")
        bob.say("hello")
        assert receive(socket, 1)["data"]["msg"] == "hello"
    assert refused(program_of(ann, scopes="write")) == 403


def test_a_token_for_a_room_gets_nothing_of_others(server: Server) -> None:
    ann, bob = server.people(2)
    for room in ("plant", "office"):
        ann.post("/rooms/", title=room, room=room)
    ann.say("before", room="plant")
    program = program_of(ann, rooms="plant")
    with program.connect() as socket:
        socket.send(json.dumps({"type": "hello", "last": {"plant": 0, "office": 0, "lobby": 0}}))
        greeting = receive(socket, 0)
        assert [room["room"] for room in greeting["rooms"]] == ["plant"]
        assert receive(socket, 1)["data"]["msg"] == "before"
        assert receive(socket, "error")["error"] == "not_found"  # for those that it named
        ann.say("secret", room="office")
        bob.say("secret")
        ann.post("/rooms/", title="new", room="new")
        ann.say("secret", room="new")
        bob.say("secret", type="0", userto=ann.userid)
        with ann.greeted() as tab:
            for frame in (
                {"type": "read", "room": "office", "seq": 1},
                {"type": "pinned", "room": "office", "pinned": True},
            ):
                tab.send(json.dumps(frame))
            receive(tab, "pinned")
        for room in ("office", "lobby", "new"):
            socket.send(json.dumps({**FRAMES, "room": room, "cid": room}))
            assert receive(socket, "error")["error"] == "not_found"
        ann.say("the end", room="plant")
        seen = consume(socket, lambda frame: frame["type"] == 1 and frame["data"]["msg"] == "the end")
    text = json.dumps(seen)
    assert "secret" not in text
    assert "office" not in text
    assert "new" not in text


def test_it_ends_at_the_other_server_too(redis: RedisServer, make_server: Callable[..., Server]) -> None:
    one, two = make_cluster(redis, make_server).servers
    [ann] = one.people(1)
    program = program_of(ann)
    there = Program(two, ann, program.token)
    with there.greeted() as socket:
        [row] = ann.get("/tokens/").json()["tokens"]
        ann.post("/tokens/", end=row["id"])
        assert close_code(socket) == CloseCode.SIGNED_OUT
    assert refused(there) == 401


def test_of_many_that_are_made_at_once_there_are_so_many(make_server: Callable[..., Server]) -> None:
    [ann] = make_server(TOKENS_PER_USER=3, SEND_RATE=100, SEND_BURST=100).people(1)
    with ThreadPoolExecutor(12) as pool:
        statuses = [*pool.map(lambda number: ann.at(ann.server).post("/tokens/", name=f"p{number}").status, range(24))]
    assert sorted(statuses) == [200] * 3 + [403] * 21
    assert len(ann.get("/tokens/").json()["tokens"]) == 3
