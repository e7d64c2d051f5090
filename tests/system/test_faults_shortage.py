"""Too few files, threads or memory: clients get a 503 or wait, and those that are in keep working."""

import json
import os
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from websockets.sync.client import ClientConnection

from ..conftest import LONG
from ..support.machine import limited, with_files, with_threads
from ..support.raw import Raw
from ..support.server import Server, Visitor, receive
from ..support.slow import many, open_still
from ..support.waiting import wait_until

pytestmark = pytest.mark.once

STACK = 8 * 1024**2  # of each thread, by the usual limit
WATCHED_SECONDS = 2.0


@contextmanager
def crowd(visitor: Visitor, count: int, path: str = "/chat/") -> Iterator[tuple[list[Raw], list[str]]]:
    """So many clients that all want a socket: those that are in, and the first lines of the other answers."""
    inside: list[Raw] = []
    refused: list[str] = []
    with ExitStack() as stack:
        for _ in range(count):
            try:
                inside.append(stack.enter_context(Raw(visitor, path)))
            except ConnectionError as error:
                refused.append(str(error).partition("\r\n")[0])
        yield inside, refused


def works(visitor: Visitor, socket: ClientConnection) -> None:
    """Someone who is in sends and receives, and a monitor is answered."""
    seq = visitor.say("still here")["seq"]
    assert receive(socket, 1)["data"]["seq"] == seq
    wait_until(visitor.server.healthy)


def check_crowd(server: Server, count: int, sentence: str, path: str = "/chat/") -> None:
    [alice] = server.people(1)
    socket = alice.greeted()
    with crowd(alice, count, path) as (inside, refused):
        assert len(inside) + len(refused) == count
        assert inside
        assert {*refused} == {"HTTP/1.1 503 Service Unavailable"}
        works(alice, socket)
        for raw in inside[:10]:
            raw.close()
        wait_until(lambda: gets_in(alice, path))
    assert sentence in server.log()
    assert server.faults() == []


def gets_in(visitor: Visitor, path: str = "/chat/") -> bool:
    try:
        Raw(visitor, path).close()
    except ConnectionError:
        return False
    return True


FEW = {"MAX_SOCKETS_PER_USER": 2_000, "SEND_BURST": 2_000}  # for one person who opens all of them


def test_more_clients_than_files(make_server: Callable[..., Server]) -> None:
    server = make_server(start=False, **FEW).start(with_files(256))
    check_crowd(server, 400, "takes at most 128 sockets, not MAX_SOCKETS = 10000, because it may open 256 files")


@pytest.mark.parametrize("count", [150, pytest.param(2_000, marks=LONG)])
def test_more_clients_than_threads(make_server: Callable[..., Server], count: int) -> None:
    """A socket takes none; requests wait for each other."""
    server = make_server(start=False, **FEW).start(with_threads(100))
    [alice] = server.people(1)
    socket = alice.greeted()
    with crowd(alice, count - 1) as (_inside, refused):
        assert refused == []
        works(alice, socket)
    assert "The server may have 100 threads" in server.log()
    assert server.faults() == []


OWN_THREADS = FEW | {"DJANGO_SETTINGS_MODULE": "tests.support.beside_settings"}  # of views that are not parked


@pytest.mark.long
def test_a_limit_of_threads_that_is_met_all_the_same(make_server: Callable[..., Server]) -> None:
    server = make_server(start=False, **OWN_THREADS).start(with_threads(150))
    check_crowd(server, 200, "no room for more, and clients are refused: can't start new thread", "/blocking/")


def test_no_memory_for_further_threads(make_server: Callable[..., Server]) -> None:
    command = ("prlimit", f"--stack={STACK}", "scripts/serve", "--port")
    server = make_server(start=False, **OWN_THREADS).start(command)
    [alice] = server.people(1)
    socket = alice.greeted()
    works(alice, socket)
    worker = server.worker
    with (
        limited(worker, resource.RLIMIT_AS, worker.memory_info().vms + STACK // 2),
        crowd(alice, 30, "/blocking/") as (inside, refused),
    ):
        assert len(inside) < 30
        assert {*refused} == {"HTTP/1.1 503 Service Unavailable"}
        works(alice, socket)
    assert gets_in(alice, "/blocking/")
    assert server.worker == worker
    assert server.faults() == []


def test_silent_clients_leave_files_for_others(make_server: Callable[..., Server]) -> None:
    server = make_server(start=False, REQUEST_HEAD_SECONDS=3_600).start(with_files(256))
    [alice] = server.people(1)
    with many(server, 300) as silent:
        works(alice, alice.greeted())
        assert open_still(silent[-1])  # those that have been silent for longer are gone
    assert "no room for more" not in server.log()
    assert server.faults() == []


def test_no_files_left_at_all(make_server: Callable[..., Server]) -> None:
    """Connections wait until there is room, if none can be closed; the processor does not work meanwhile."""
    server = make_server(KEPT_FILES=0, **FEW)
    [alice] = server.people(1)
    socket = alice.greeted()
    says(socket)
    worker = server.worker
    wait_until(lambda: len(worker.net_connections("tcp")) == 2)  # alice's, and the one that listens
    with limited(worker, resource.RLIMIT_NOFILE, lowest_free(worker.pid)), connected(server, 20):
        wait_until(lambda: "Too many open files" in server.log())
        before = sum(worker.cpu_times()[:2])
        time.sleep(WATCHED_SECONDS)
        assert sum(worker.cpu_times()[:2]) - before < WATCHED_SECONDS / 2
        says(socket)
    wait_until(server.healthy)
    assert gets_in(alice)
    assert server.worker == worker
    assert server.log().count("Too many open files") == 1
    assert server.faults() == []


def says(socket: ClientConnection) -> None:
    """Someone who is in sends over the socket, and sees it."""
    socket.send(json.dumps({"type": "1", "txt": "still here"}))
    assert receive(socket, 1)["data"]["msg"] == "still here"


def lowest_free(pid: int) -> int:
    """The number of the next file that this process will open."""
    taken = {int(name) for name in os.listdir(f"/proc/{pid}/fd")}
    return min({*range(len(taken) + 1)} - taken)


@contextmanager
def connected(server: Server, count: int) -> Iterator[None]:
    """So many clients that connect and say nothing; the kernel takes them, whatever the server does."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection((server.host, server.port)))
        yield
