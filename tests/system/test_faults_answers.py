"""A minimum speed for bodies and answers: a slow client passes, one that stands still is cut; no thread waits."""

import socket
import time
from collections.abc import Iterator

import pytest

from ..conftest import starting_servers
from ..support.raw import talk
from ..support.server import Server
from ..support.slow import HALF_BODY, dial, has_connection, large_asset, status
from ..support.waiting import wait_until

pytestmark = [pytest.mark.once, pytest.mark.service]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with starting_servers(tmp_path_factory.mktemp("server")) as make:
        yield (server := make(REQUEST_HEAD_SECONDS=1, TRANSFER_SECONDS=1, TRANSFER_MIN_BYTES=500))
        assert server.faults() == []


def cut(sock: socket.socket) -> bool:
    try:
        sock.sendall(b"x")
    except OSError:
        return True
    return False


def test_a_head_has_a_time_in_total(server: Server) -> None:
    with dial(server, data=b"GET / HTTP/1.1\r\nX: ") as trickling, dial(server) as silent:
        wait_until(lambda: cut(trickling), 60)
        assert status(silent) == b""


def test_a_slow_body_passes_and_one_that_stands_still_does_not(server: Server) -> None:
    person = server.people(1)[0]
    headers = "".join(f"{name}: {value}\r\n" for name, value in person.headers.items())
    kind = "Content-Type: application/x-www-form-urlencoded"
    head = f"POST /msg_send/ HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n{headers}Content-Length: 4000\r\n\r\n"
    body = b"type=1&txt=" + b"x" * 3_989
    with dial(server, data=HALF_BODY) as still, dial(server, data=head.encode()) as slow:
        for start in range(0, len(body), 500):  # over several windows, and several times as fast as it must be
            slow.sendall(body[start : start + 500])
            time.sleep(0.25)
        assert status(slow) == b"200"
        assert status(still) == b""


def test_an_answer_that_nobody_reads_is_cut(server: Server) -> None:
    request = large_asset(server)
    whole = talk(server.port, request)
    with dial(server, data=request, unread=True) as still:
        assert still.recv(1) == whole[:1]
        assert has_connection(server, still)
        wait_until(lambda: not has_connection(server, still), 60)
        assert 1 + len(read_all(still)) < len(whole)


def test_an_answer_that_is_read_slowly_comes_whole(server: Server) -> None:
    request = large_asset(server).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    whole = talk(server.port, request)
    with dial(server, data=request, unread=True) as slow:
        data = b""
        for _ in range(30):  # over several windows, a few KB at a time
            data += slow.recv(4_096)
            time.sleep(0.1)
        data += read_all(slow)
    body = b"\r\n\r\n"
    assert data.partition(body)[2] == whole.partition(body)[2]


def read_all(sock: socket.socket) -> bytes:
    data = b""
    while more := sock.recv(64 * 1024):
        data += more
    return data
