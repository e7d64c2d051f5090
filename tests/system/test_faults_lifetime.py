"""A worker whose loop or whose master has ended: its sockets are closed, its process ends, and nothing is lost."""

import json
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from ..support.raw import Raw
from ..support.server import Server, receive, runs
from ..support.waiting import in_thread, wait_until

pytestmark = pytest.mark.once

PARKED = 100
GENEROUS = 30.0  # seconds; on a machine with nothing else to do, these take 3


@contextmanager
def ending(workers: list[psutil.Process]) -> Iterator[None]:
    """The workers have ended at the end of the block, or soon after it."""
    try:
        yield
        wait_until(lambda: not any(map(runs, workers)), GENEROUS)
    finally:
        for worker in filter(runs, workers):
            worker.kill()


def talk(connection: ClientConnection) -> tuple[dict[int, str], int | None]:
    """Sends messages until the socket is closed: the numbers and texts that were acknowledged, and the close code."""
    said: dict[int, str] = {}
    deadline = time.monotonic() + GENEROUS
    try:
        while time.monotonic() < deadline:
            text = f"m{len(said)}"
            connection.send(json.dumps({"type": "1", "txt": text, "cid": text}))
            said[receive(connection, "ack")["seq"]] = text
            time.sleep(0.02)
    except ConnectionClosed as closed:
        return said, closed.rcvd.code if closed.rcvd else None
    return said, None


def test_the_people_of_an_orphan_meet_the_others_at_the_next_server(make_server: Callable[..., Server]) -> None:
    """The next server is started at once, on the same port."""
    server = make_server(SEND_RATE=1_000, SEND_BURST=1_000)
    people = server.people(3)
    connections = [person.greeted() for person in people]
    with ending(server.kill_master()):
        started = in_thread(server.start)
        said, code = talk(connections[0])
        assert code == 1012
        assert [code_of(connection) for connection in connections] == [1012] * 3
    started.result(60)
    server.wait(server.healthy)
    connections = [person.greeted(last={"lobby": 0}) for person in people]
    after = people[1].say("again")["seq"]
    for connection in connections:
        seen = [receive(connection, 1)["data"]]
        while seen[-1]["seq"] < after:
            seen.append(receive(connection, 1)["data"])
        assert [each["seq"] for each in seen] == list(range(1, after + 1))
        texts = {each["seq"]: each["msg"] for each in seen}
        assert (said | {after: "again"}).items() <= texts.items()
        assert len(seen) <= len(said) + 2  # the last one may have been stored and not acknowledged


def code_of(connection: ClientConnection) -> int | None:
    try:
        while True:
            connection.recv(timeout=GENEROUS)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


@pytest.mark.parametrize(
    "locked",
    [pytest.param(False, id="parked", marks=pytest.mark.long), pytest.param(True, id="waiting for the database")],
)
def test_a_process_ends_with_its_loop_whatever_its_threads_wait_for(
    make_server: Callable[..., Server], locked: bool
) -> None:
    """SIGABRT, which gunicorn's master sends to a worker that hangs, ends the loop by an exception."""
    server = make_server(MAX_SOCKETS_PER_USER=2 * PARKED)
    [alice] = server.people(1)
    polite = alice.greeted()
    silent = [Raw(alice) for _ in range(PARKED)]  # which answer no close frame
    worker = server.worker
    with closing(sqlite3.connect(Path(server.env["VAR_DIR"]) / "dweb.sqlite3", isolation_level=None)) as other:
        if locked:
            other.execute("BEGIN IMMEDIATE")
            polite.send(json.dumps({"type": "1", "txt": "waits for the lock"}))
        with ending([worker]):
            worker.send_signal(signal.SIGABRT)
            if not locked:  # else its thread is busy, and the kernel ends the connection
                assert code_of(polite) == 1012
    assert all(raw.closed() in (1012, None) for raw in silent)
    server.wait(server.healthy)
    assert alice.greeted()
    for raw in silent:
        raw.close()


def test_a_port_that_stays_taken_is_said_in_a_sentence(make_server: Callable[..., Server]) -> None:
    server = make_server(start=False, PORT_WAIT_SECONDS=0.2)
    refusal = f"Cannot listen on 127.0.0.1 port {server.port}: Address already in use"
    with socket.socket() as taken:
        taken.bind((server.host, server.port))  # it does not listen: who asks it is refused at once
        with pytest.raises(RuntimeError, match=refusal):
            server.start()


def test_a_stop_is_still_graceful(make_server: Callable[..., Server]) -> None:
    server = make_server()
    [alice] = server.people(1)
    connections = [alice.greeted() for _ in range(5)]
    server.stop()
    assert [code_of(connection) for connection in connections] == [1012] * 5
    assert server.faults() == []
