"""An answer that goes on: it takes the connection over from the server, and ends when either end wants it."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import pytest
from django.http import HttpRequest

from Dweb.live.client import Client
from Dweb.live.stream import StreamOutbox
from Dweb.live.wire import encode
from Dweb.live.writer import Writer
from Dweb.refusal import Refusal
from Dweb.server.answer import Answer
from Dweb.ws import open_answer
from Dweb.ws.factory import SOCKET_KEY
from Dweb.ws.open_answer import OpenAnswer, OpenConnection

from ..support.link import Link
from ..support.loop import Run
from ..support.waiting import SECONDS, wait_until

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer(close_seconds=10)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def connection(link: Link) -> OpenConnection:
    """One that has begun; the peer has read the head."""
    made = OpenConnection(link.sock)
    made.begin(HEAD)
    assert link.read(len(HEAD)) == HEAD
    return made


def handed_over(connection: OpenConnection, writer: Writer, *, tells: bool = True) -> Client:
    outbox = StreamOutbox(1 << 20, "E", for_program=False)
    client = Client(connection.sock, 1, "A", close_socket=connection.close, writer=writer, limit=0, outbox=outbox)
    connection.hand_over(client, tells=tells)
    return client


def read_to_end(link: Link) -> bytes:
    data = b""
    while more := link.peer.recv(65_536):
        data += more
    return data


def test_what_the_server_writes_from_then_on_has_no_effect(link: Link, connection: OpenConnection) -> None:
    with pytest.raises(OSError, match="pipe"):
        link.sock.send(b"x")
    assert link.silent()
    link.peer.close()
    connection.end()


def test_it_waits_until_the_time_is_over_the_peer_goes_or_somebody_interrupts(
    link: Link, connection: OpenConnection, in_loop: Run
) -> None:
    assert in_loop(lambda: connection.wait(0.01)).result(SECONDS)
    waiting: Future[Any] = in_loop(lambda: connection.wait(SECONDS))
    connection.interrupt()
    assert waiting.result(SECONDS)
    waiting = in_loop(lambda: connection.wait(SECONDS))
    link.peer.close()
    assert not waiting.result(SECONDS)
    assert connection.ending == (1006, False)
    in_loop(connection.end).result(SECONDS)


def test_who_sends_anything_more_has_it_ended(link: Link, connection: OpenConnection, in_loop: Run) -> None:
    waiting = in_loop(lambda: connection.wait(SECONDS))
    link.peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert not waiting.result(SECONDS)
    link.peer.shutdown(socket.SHUT_WR)
    in_loop(connection.end).result(SECONDS)


def test_also_what_came_with_the_request(link: Link, in_loop: Run) -> None:
    server_sock: Any = Answer(link.sock, 0)
    server_sock.ahead = b"GET / HTTP/1.1\r\n\r\n"
    connection = OpenConnection(server_sock)
    connection.begin(HEAD)
    assert server_sock.taken
    assert not in_loop(lambda: connection.wait(SECONDS)).result(SECONDS)
    link.peer.close()
    in_loop(connection.end).result(SECONDS)


@pytest.mark.parametrize("tells", [True, False])
def test_a_close_is_the_last_that_is_written_and_the_peer_reads_all(
    link: Link, connection: OpenConnection, in_loop: Run, writer: Writer, tells: bool
) -> None:
    client = handed_over(connection, writer, tells=tells)
    waiting = in_loop(lambda: connection.wait(SECONDS))
    client.send(encode({"type": "x"}))
    client.close(4001, "signed out")
    client.close(4000, "too late")
    assert not waiting.result(SECONDS)
    ended = in_loop(connection.end)
    told = b'data: {"type":"close","code":4001,"reason":"signed out"}\n\n' if tells else b""
    assert read_to_end(link) == b'data: {"type":"x"}\n\n' + told
    link.peer.close()
    ended.result(SECONDS)
    assert connection.ending == (4001, True)
    assert client.outbox.gone


def test_a_close_before_the_wait_ends_it(connection: OpenConnection, in_loop: Run, link: Link) -> None:
    connection.close(1012, "restart")
    assert not in_loop(lambda: connection.wait(SECONDS)).result(SECONDS)
    link.peer.close()
    in_loop(connection.end).result(SECONDS)


def test_the_head_has_what_the_middleware_added(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    spawned: list[Callable[[], None]] = []
    monkeypatch.setattr(open_answer, "spawn", spawned.append)
    request, begun = HttpRequest(), []
    request.META[SOCKET_KEY] = link.sock
    answer = OpenAnswer(request, begun.append, "text/event-stream", first=b"retry: 1\n\n")
    answer["X-Request-ID"] = "abc"
    answer.set_cookie("device", "x", httponly=True)
    assert list(answer) == []
    head, _, body = link.peer.recv(65_536).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert {"Connection: close", "X-Request-ID: abc", "X-Accel-Buffering: no"} < {*lines}
    assert [line for line in lines if line.startswith("Set-Cookie: device=x")]
    assert not [line for line in lines if line.lower().startswith(("content-length", "transfer-encoding"))]
    assert body == b"retry: 1\n\n"
    spawned[0]()
    [connection] = begun
    link.peer.close()
    connection.end()


def test_without_a_socket_of_the_server_there_is_none() -> None:
    with pytest.raises(Refusal) as refused:
        OpenAnswer(HttpRequest(), print, "text/event-stream")
    assert refused.value.status == 501


def test_a_peer_that_is_gone_before_the_head_ends_it(link: Link, in_loop: Run) -> None:
    link.reset()
    wait_until(lambda: link.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or True)
    connection = OpenConnection(link.sock)
    connection.begin(HEAD)
    assert not in_loop(lambda: connection.wait(SECONDS)).result(SECONDS)
    in_loop(connection.end).result(SECONDS)


def test_a_peer_that_acknowledges_nothing_is_gone(in_loop: Run, settings: Any) -> None:
    settings.STREAM_SILENT_SECONDS = 1
    with Link(receive_buffer=4_096, send_buffer=4_096) as link:
        connection = OpenConnection(link.sock)
        connection.begin(HEAD)
        assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 1_000
        waiting = in_loop(lambda: connection.wait(6 * SECONDS))
        with suppress(BlockingIOError):
            while True:
                connection.sock.send(bytes(65_536), socket.MSG_DONTWAIT)
        assert not waiting.result(3 * SECONDS)
        in_loop(connection.end).result(SECONDS)
