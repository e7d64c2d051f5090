"""Another program holds the database's locks: senders get their refusal in time, readers and pings notice nothing."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ..support.raw import Raw
from ..support.server import Server, Visitor, receive

PONG, TEXT, PING = 0xA, 0x1, 0x9
MakeServer = Callable[..., Server]


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Holds SQLite's write lock, or on MariaDB the locks of all rooms and people."""
    if not server.mariadb:
        holder: Any = sqlite3.connect(Path(server.env["VAR_DIR"]) / "dweb.sqlite3", isolation_level=None)
        statements = ["BEGIN IMMEDIATE"]
    else:
        import MySQLdb

        url = urlsplit(server.env["DATABASE_URL"])
        host, port = url.hostname, url.port
        holder = MySQLdb.connect(host=host, port=port, user=url.username, password=url.password, db=url.path[1:])
        statements = ["SELECT * FROM room FOR UPDATE", "SELECT * FROM user FOR UPDATE"]
    try:
        cursor = holder.cursor()
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()
        yield
    finally:
        holder.close()


def answer(socket: Any, cid: str) -> Any:
    while (frame := json.loads(socket.recv(timeout=30))).get("cid") != cid or frame["type"] not in ("ack", "error"):
        pass
    return frame


def test_senders_are_refused_in_time_and_nothing_is_lost_or_doubled(make_server: MakeServer) -> None:
    server = make_server(DB_LOCK_SECONDS=1, COMMIT_WAIT_SECONDS=3)
    alice, bob, carl = server.people(3)
    socket = alice.greeted()
    frame = json.dumps({"type": "1", "txt": "over the socket", "cid": "s"})
    fields = {"type": "1", "txt": "over POST", "cid": "p"}
    with locked(server), ThreadPoolExecutor(2) as pool:
        began = time.monotonic()
        first = pool.submit(bob.post, **fields)
        socket.send(frame)
        late = pool.submit(carl.post, **fields)  # waits for the transaction before, too
        refused = answer(socket, "s")
        assert (refused["error"], refused["stored"]) == ("unavailable", False)
        assert [(each.result().status, each.result().json()["error"]) for each in (first, late)] == [
            (503, "unavailable")
        ] * 2
        assert time.monotonic() - began < 10  # 2 s are usual; it was DB_WAIT_SECONDS
    socket.send(frame)
    assert answer(socket, "s")["type"] == "ack"
    assert bob.say("over POST", cid="p")["seq"] == 2
    assert [event["data"]["msg"] for event in bob.get("/history/").json()["events"]] == ["over the socket", "over POST"]


def test_a_socket_whose_frame_waits_for_the_disk_answers_pings(make_server: MakeServer) -> None:
    server = make_server(DB_LOCK_SECONDS=4)
    [alice] = server.people(1)
    with Raw(alice) as raw, locked(server):
        raw.send(TEXT, json.dumps({"type": "hello"}).encode())
        raw.send(TEXT, json.dumps({"type": "1", "txt": "waits", "cid": "w"}).encode())
        raw.send(TEXT, json.dumps({"type": "ping"}).encode())
        raw.send(PING, b"are you there")
        kinds = []
        while "pong" not in kinds:
            opcode, payload = raw.frame(30) or (0, b"")
            assert opcode, "the connection has ended"
            kinds.append("PING" if opcode == PONG else json.loads(payload)["type"])
        wanted = [kind for kind in kinds if kind in ("PING", "error", "pong")]
        assert wanted == ["PING", "error", "pong"]  # the frames keep their order


def test_readers_and_health_notice_nothing_of_writers_who_wait(make_server: MakeServer) -> None:
    server = make_server(DB_LOCK_SECONDS=6)
    alice, *joiners = server.people(13)
    alice.greeted().send(json.dumps({"type": "join", "room": "class"}))
    sockets = [joiner.greeted() for joiner in joiners]
    receive(sockets[0], "presence")
    while alice.get("/history/?room=class").status != 200:
        time.sleep(0.05)
    with locked(server):
        for socket in sockets:
            socket.send(json.dumps({"type": "join", "room": "class"}))
        time.sleep(0.5)  # they all wait, for a turn or for the lock
        began = time.monotonic()
        assert alice.get("/history/").status == 200
        assert server.get("/healthz").status == 200
        assert alice.get("/users/").status == 200
        assert time.monotonic() - began < 4  # milliseconds are usual; it was DB_WAIT_SECONDS
    for socket in sockets:
        assert receive(socket, "room")["room"] == "class"


def test_joiners_who_wait_too_long_are_refused(make_server: MakeServer) -> None:
    server = make_server(DB_LOCK_SECONDS=0.5)
    alice, *joiners = server.people(9)
    assert alice.get("/news_chat/?group_id=class").status == 200
    with locked(server), ThreadPoolExecutor(8) as pool:
        joining = [pool.submit(each.get, "/news_chat/?group_id=class") for each in joiners]
        assert {each.result().status for each in joining} == {503}
    assert [each.get("/news_chat/?group_id=class").status for each in joiners] == [200] * 8


@pytest.mark.once
def test_sign_in_and_registration_wait_in_the_same_queue(make_server: MakeServer) -> None:
    server = make_server(DB_LOCK_SECONDS=0.5)
    server.people(1)

    def register(number: int) -> int:
        fields = {"account": f"new{number}", "username": f"New {number}", "password": "correct horse battery"}
        return Visitor(server, 0, "", "").post("/register/", **fields).status

    with locked(server), ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(register, number) for number in range(6)]
        while not all(each.done() for each in waiting):
            began = time.monotonic()
            assert server.get("/healthz").status == 200
            assert time.monotonic() - began < 4
            time.sleep(0.1)
        assert {each.result() for each in waiting} == {503}
    assert register(1) == 302
