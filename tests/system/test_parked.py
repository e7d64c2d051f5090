"""Sockets whose views are parked in one thread: how many threads they take, what may block beside them, their end."""

import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from Dweb.live.direct import direct_room

from ..conftest import LONG, starting_servers
from ..support.crowd import Crowd
from ..support.server import Server, Visitor, receive
from ..support.waiting import in_thread

pytestmark = [pytest.mark.once, pytest.mark.service]

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
FREE = {
    "SEND_RATE": 100_000,
    "SEND_BURST": 100_000,
    "MAX_SOCKETS_PER_USER": 10_000,
    "WEBSOCKET_PING_SECONDS": 600,  # a crowd that still grows answers no pings
}
PEOPLE = 10  # who have all the sockets of a crowd
MOST_THREADS = 40
CONVERSATION: tuple[tuple[str, dict[str, object]], ...] = (
    ("1", {"txt": "a message"}),
    ("1", {"txt": "an answer", "reply": 1}),
    ("edit", {"txt": "edited"}),
    ("delete", {}),
)

crowds = pytest.mark.parametrize("count", [300, pytest.param(5_000, marks=LONG)])


def several(people: list[Visitor], count: int) -> list[Visitor]:
    """Each of them again and again, `count` in all."""
    return [*islice(cycle(people), count)]


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers with the view of tests/support/beside.py; their logs have no faults at the end."""
    servers: list[Server] = []
    with starting_servers(tmp_path_factory.mktemp("beside")) as make:

        def start(**given: object) -> Server:
            servers.append(make(DJANGO_SETTINGS_MODULE="tests.support.beside_settings", **FREE, **given))
            return servers[-1]

        yield start
        assert [server.faults() for server in servers] == [[]] * len(servers)


@pytest.fixture(scope="module")
def plain(beside: Callable[..., Server]) -> Server:
    return beside()


@pytest.fixture(scope="module")
def crowded(plain: Server) -> list[Visitor]:
    return plain.people(PEOPLE)


# Many sockets


@crowds
def test_sockets_take_no_threads_however_many_are_open_and_used(
    plain: Server, crowded: list[Visitor], count: int
) -> None:
    with Crowd(several(crowded, count)) as crowd:
        for member in crowd.members:
            member.send({"type": "typing", "room": "lobby"})
            member.send({"type": "ping"})
        for member in crowd.members[:PEOPLE]:
            member.send({"type": "1", "txt": "hello"})
        assert crowd.wait(lambda: all(has(member.frames, "pong") for member in crowd.members))
        assert crowd.wait(lambda: all(member.count == PEOPLE for member in crowd.members))
        assert plain.worker.num_threads() < MOST_THREADS


@pytest.mark.parametrize(
    ("count", "blocking"), [pytest.param(30, 10, id="some"), pytest.param(5_000, 50, id="5,000", marks=LONG)]
)
def test_views_that_block_are_noticed_by_nobody_who_is_parked(
    plain: Server, crowded: list[Visitor], count: int, blocking: int
) -> None:
    go_on = Path(plain.env["VAR_DIR"]) / "go-on"
    path = "/blocking/"
    with (
        Crowd(several(crowded, blocking), path, "sleep") as asleep,
        Crowd(several(crowded, 2), path, "query") as asking,
        Crowd(several(crowded, count)) as crowd,
    ):
        seqs = {crowded[0].say("over HTTP")["seq"]}
        for member in crowd.members[:PEOPLE]:
            member.send({"type": "join", "room": "beside"})  # which asks the database
            member.send({"type": "1", "txt": "over the socket", "cid": "a"})
        for member in crowd.members:
            member.send({"type": "ping"})
        assert crowd.wait(lambda: all(has(member.frames, "ack") for member in crowd.members[:PEOPLE]))
        seqs |= {frame["seq"] for member in crowd.members for _, frame in member.frames if frame["type"] == "ack"}
        assert len(seqs) == PEOPLE + 1
        assert crowd.wait(lambda: all({one["seq"] for one in each.messages()} == seqs for each in crowd.members))
        assert crowd.wait(lambda: all(has(member.frames, "pong") for member in crowd.members))
        assert crowd.wait(lambda: all(has(member.frames, "room") for member in crowd.members))
        for blocked in (asleep, asking):
            assert not blocked.wait(lambda blocked=blocked: any(len(each.frames) > 1 for each in blocked.members), 0.1)
        go_on.touch()
        for blocked in (asleep, asking):
            assert blocked.wait(lambda blocked=blocked: all(has(each.frames, "goes on") for each in blocked.members))
    go_on.unlink()


def has(frames: list[tuple[float, dict[str, Any]]], kind: str) -> bool:
    return any(frame["type"] == kind for _, frame in frames)


# The end


@pytest.mark.parametrize(
    ("count", "mute"),
    [
        pytest.param(300, 0, id="all answer"),
        pytest.param(300, 20, id="some are mute"),
        pytest.param(19_000, 20, id="19,000", marks=LONG),
    ],
)
def test_sigterm_tells_every_socket_and_waits_for_no_mute_one(
    make_server: Callable[..., Server], count: int, mute: int
) -> None:
    server = make_server(MAX_SOCKETS=count, **FREE)
    with Crowd(several(server.people(PEOPLE), count)) as crowd:
        for member in crowd.members[:mute]:
            crowd.stall(member)
        began = time.monotonic()
        stopping = in_thread(server.stop)
        assert crowd.wait(lambda: all(member.close_code or member.ended for member in crowd.members[mute:]))
        told = time.monotonic() - began
        assert crowd.wait(lambda: all(member.ended for member in crowd.members[mute:]))
        gone = stopping.result(60)
        assert {member.close_code for member in crowd.members[mute:]} == {1012}
    print(f"\n{count} sockets: all told after {told:.2f} s, gone after {gone:.2f} s")
    assert gone < 10 or count < 19_000
    assert server.faults() == []


# What happens around a socket's work


@pytest.fixture(scope="module")
def talkative(beside: Callable[..., Server]) -> Server:
    """Its log has each query of the database, with the id of the socket or request that made it."""
    return beside(DEBUG="yes", LOG_FORMAT="json", TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture(scope="module")
def three(talkative: Server) -> list[Visitor]:
    return talkative.people(3)


def records(server: Server) -> list[dict[str, Any]]:
    """The records of a server's log. Its last line may not be whole yet."""
    return [json.loads(line) for line in server.log().splitlines(keepends=True) if line[0] == "{" and line[-1] == "\n"]


def test_a_handshake_whose_session_is_over_is_refused_in_the_loop_and_the_session_ends(
    talkative: Server, three: list[Visitor]
) -> None:
    someone = talkative.people(1)[0]
    someone.connect().close()
    change = f"user = get_user_model().objects.get(pk={someone.userid}); user.set_password('another'); user.save()"
    count = "print(Session.objects.count())"
    imports = "from django.contrib.auth import get_user_model; from django.contrib.sessions.models import Session;"
    before = int(talkative.run("manage.py", "shell", "-v", "0", "-c", f"{imports} {change}; {count}"))
    for _ in range(2):
        with pytest.raises(InvalidStatus) as refused:
            someone.connect()
        assert refused.value.response.status_code == 401
    assert int(talkative.run("manage.py", "shell", "-v", "0", "-c", f"{imports} {count}")) == before - 1


def test_refusals_are_in_the_language_of_the_handshake_wherever_they_are_made(three: list[Visitor]) -> None:
    alice, *others = three
    frames = (
        {"type": "1", "txt": "x", "reply": 999},  # the query pool looks for it
        {"type": "edit", "room": "lobby", "seq": 999, "txt": "x"},  # the committer
        {"type": "join", "room": direct_room(*(each.userid for each in others))},  # the query pool
        {"type": "nothing"},  # the loop
    )
    sockets = [alice.connect(headers=headers) for headers in (CHINESE, {})]
    details: list[list[str]] = [[], []]
    for frame in frames:
        for socket in sockets:
            socket.send(json.dumps(frame))
        for socket, found in zip(sockets, details, strict=True):
            found.append(receive(socket, "error")["detail"])
    assert details == [
        ["这里没有可回复的消息 999。", "这里没有可更改的消息 999。", "这是别人的私聊。", "没有这种类型的帧。"],
        [
            "There is no message 999 in this room to reply to.",
            "There is no message 999 in this room to change.",
            "This is a private chat of others.",
            "There is no frame of this type.",
        ],
    ]


def test_what_a_socket_asks_the_database_is_logged_with_the_id_of_its_handshake(
    talkative: Server, three: list[Visitor]
) -> None:
    names = ("the-first", "the-second")
    sockets = [three[0].connect(headers={"X-Request-ID": name}) for name in names]
    for socket in sockets:
        socket.send(json.dumps({"type": "hello"}))
        receive(socket, 0)
    for number in range(3):
        for name, socket in zip(names, sockets, strict=True):
            socket.send(json.dumps({"type": "join", "room": f"{name}-{number}"}))
    rooms = {f"{name}-{number}" for name in names for number in range(3)}
    for socket in sockets:
        joined: set[str] = set()
        while joined < rooms:  # of one room several frames may come
            joined.add(receive(socket, "room")["room"])
    for name in names:
        for number in range(3):
            room = f"{name}-{number}"
            inserts = [each for each in records(talkative) if re.search(f"INSERT INTO.*{room}", each["message"])]
            assert {each["request_id"] for each in inserts} == {name}, talkative.log()[-20_000:]


def test_an_ordinary_conversation_asks_no_database_in_the_loop(talkative: Server, three: list[Visitor]) -> None:
    """A view that did would be closed with 1011, and a slow step would have been in Django's folder."""
    alice, bob, _ = three
    one, other = alice.greeted(), bob.greeted(last={"lobby": 0}, epoch="another")
    for socket in (one, other):
        socket.send(json.dumps({"type": "join", "room": "talk"}))
        receive(socket, "room")
    seq = 0
    for kind, fields in CONVERSATION:
        one.send(json.dumps({"type": kind, "room": "talk", "cid": f"c{seq}", "seq": 1, **fields}))
        seq = receive(one, "ack")["seq"]
    one.send(json.dumps({"type": "0", "txt": "psst", "userto": bob.userid, "cid": "private"}))
    assert receive(other, 1)["data"]["room"] == "talk"
    for frame in ({"type": "typing", "room": "talk"}, {"type": "read", "room": "talk", "seq": seq}, {"type": "ping"}):
        other.send(json.dumps(frame))
    receive(one, "typing")
    receive(other, "pong")
    alice.say("over HTTP", room="talk")
    assert bob.get("/history/?room=talk").json()["events"]
    assert alice.get("/search/?q=edited").status == 200
    for socket in (other, one):  # the owner is the last one who leaves
        socket.send(json.dumps({"type": "hello", "last": {"talk": 0, "lobby": 0}}))
        receive(socket, "ready")
        socket.send(json.dumps({"type": "leave", "room": "talk"}))
        receive(socket, "room")
        socket.close()
    assert "would block all others" not in talkative.log()
    slow = [each["message"] for each in records(talkative) if each["logger"] == "Dweb.parking.slow_steps"]
    assert [each for each in slow if "/django/db/" in each] == []
