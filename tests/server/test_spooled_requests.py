"""Requests with large bodies, from their first byte to their answer: the front, gunicorn's handler and a plain view."""

import errno
import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from gunicorn.config import Config

from Dweb.server.connection import State
from Dweb.server.fronted import Fronted
from Dweb.server.shares import Share, Shares
from Dweb.server.spool import PIECE_BYTES

from .test_front import GET, Loop
from .test_spool import files_open, full_after

BODY = bytes(index % 251 for index in range(300_000))
HEAD = b"POST /files/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n" % len(BODY)
POST = HEAD + b"\r\n"


class Worker(Fronted):
    """Handles requests as the server's does, in the caller's thread."""

    def __init__(self, view: Callable[..., Any]) -> None:
        self.cfg, self.log = Config(), mock.Mock()
        self.alive, self.nr, self.max_requests = True, 0, 100
        self.keepalived_conns, self.max_keepalived = deque(), 100
        self.spooled = (b"POST /files/",)
        self.app = mock.Mock()
        self.app.wsgi.return_value = view
        self.load_wsgi()


class Spooling(Loop):
    """A loop whose requests are answered by a view that takes large bodies. The test plays the thread: see work()."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ended = mock.Mock()
        self.refuse = False
        self.calls: list[dict[str, Any]] = []
        self.worker = Worker(self.view)
        super().__init__()
        self.worker.front = self.front

    def view(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Accepts an offer, or answers with the hash of the body."""
        self.calls.append(environ)
        status, body = "200 OK", b"never sent" * 1_000
        if (offer := environ.get("dweb.offer")) is None:
            body = hashlib.sha256(environ["wsgi.input"].read()).hexdigest().encode()
        elif self.refuse:
            status, body = "403 Forbidden", b"no"
        else:
            offer.accept(self.folder, self.ended)
        start_response(status, [("Content-Length", str(len(body)))])
        return [body]

    def work(self) -> None:
        """The thread: handles what was submitted."""
        conn = self.submitted.pop(0)
        assert conn.work is not None
        conn.work.set_running_or_notify_cancel()
        self.worker.handle(conn)
        conn.work.set_result(None)

    def offer(self, data: bytes = POST) -> None:
        """A client's head until its body is awaited."""
        self.ask(self.client, data)
        self.work()
        self.turn()

    def send(self, data: bytes) -> None:
        """Sends a part of the body, until the loop has all of it or reads no more."""
        goal = self.conn.request.come + len(data)
        for start in range(0, len(data), PIECE_BYTES):
            self.client.sendall(data[start : start + PIECE_BYTES])
            self.turn()
        while self.conn.state is State.READING and self.conn.request.come < goal:
            self.turn()

    def answered(self) -> bytes:
        """What the client reads until the server has said everything."""
        data = b""
        self.client.setblocking(False)
        while True:
            self.turn()
            try:
                more = self.client.recv(1 << 20)
            except BlockingIOError:
                return data
            if not more:
                return data
            data += more

    def whole(self, data: bytes) -> bytes:
        """A request with its body, until it is answered."""
        self.offer(data)
        self.send(BODY)
        self.work()
        return self.answered()


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Spooling]:
    made = Spooling(tmp_path)
    yield made
    made.client.close()
    for conn in list(made.front.connections):
        made.front._close(conn)
    made.poller.close()


def right(answer: bytes) -> bool:
    """True for exactly one answer, with the hash of the body."""
    return answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(
        b"\r\n\r\n" + hashlib.sha256(BODY).hexdigest().encode()
    )


def test_an_accepted_body_is_read_without_a_thread_and_the_view_called_again(loop: Spooling) -> None:
    loop.offer()
    [first] = loop.calls
    assert first["dweb.offer"].size == len(BODY)
    assert "dweb.spool" not in first
    assert loop.answered() == b""  # nothing of the first answer
    loop.send(BODY[:-1])
    assert loop.submitted == []
    assert len(files_open(loop.folder)) == 1
    loop.client.setblocking(True)
    loop.send(BODY[-1:])
    assert not loop.ended.called
    loop.work()
    assert right(loop.answered())
    assert loop.calls[1]["dweb.spool"].come == len(BODY)
    assert "dweb.offer" not in loop.calls[1]
    loop.ended.assert_called_once_with()
    assert (files_open(loop.folder), len(loop.front._shares)) == ([], 0)


def test_the_connection_goes_on_after_it(loop: Spooling) -> None:
    for _ in range(2):
        loop.client.setblocking(True)
        answer = loop.whole(POST)
        assert right(answer)
        assert b"Connection: keep-alive" in answer
    loop.client.sendall(GET)
    loop.turn()
    loop.work()
    assert loop.answered().startswith(b"HTTP/1.1 200 OK")
    assert "dweb.spool" not in loop.calls[-1]
    assert loop.ended.call_count == 2


def test_a_view_that_leaves_the_body_unread_keeps_the_connection(loop: Spooling) -> None:
    loop.offer()
    loop.send(BODY)

    def view(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("403 Forbidden", [("Content-Length", "0")])
        return []

    loop.worker._application = view
    loop.work()
    assert b"Connection: keep-alive" in loop.answered()
    assert (loop.conn.state, len(loop.conn.request.buffer)) == (State.READING, 0)


@pytest.mark.parametrize("first", [0, 1, 10_000])
def test_a_body_that_comes_with_its_head_is_whole(loop: Spooling, first: int) -> None:
    loop.offer(POST + BODY[:first])
    loop.send(BODY[first:])
    loop.work()
    assert right(loop.answered())


def test_a_small_limit_leaves_the_next_request_alone(loop: Spooling) -> None:
    """The whole body and more of the next request have come before the view is asked."""
    loop.conn.request._body_max = 3
    loop.ask(loop.client, b"POST /files/ HTTP/1.1\r\nContent-Length: 4\r\n\r\n1234" + GET)
    for _ in range(3):
        loop.work()
        loop.turn()
    assert loop.answered().count(b"HTTP/1.1 200 OK") == 2
    assert [call["REQUEST_METHOD"] for call in loop.calls] == ["POST", "POST", "GET"]


def test_a_client_that_waits_for_100_continue_gets_it_after_accept(loop: Spooling) -> None:
    loop.ask(loop.client, HEAD + b"Expect: 100-continue\r\n\r\n")
    assert loop.answered() == b""
    loop.work()
    assert loop.answered() == b"HTTP/1.1 100 Continue\r\n\r\n"
    loop.client.setblocking(True)
    loop.send(BODY)
    loop.work()
    assert right(loop.answered())


def test_a_refusal_ends_the_connection_as_that_of_any_large_body(loop: Spooling) -> None:
    loop.refuse = True
    loop.offer(HEAD + b"Expect: 100-continue\r\n\r\n")
    answer = loop.answered()
    assert answer.startswith(b"HTTP/1.1 403 Forbidden")
    assert b"Connection: close" in answer
    assert answer.endswith(b"\r\n\r\nno")
    assert (loop.conn.state, loop.ended.called) == (State.LINGERING, False)


@pytest.mark.parametrize(
    "head",
    [
        POST.replace(b"/files/", b"/other/"),
        HEAD + b"Content-Length: 300000\r\n\r\n",
        HEAD.replace(b"Content-Length: 300000", b"Transfer-Encoding: chunked") + b"\r\n",
        POST.replace(b"300000", b"5") + b"12345",
    ],
    ids=["another address", "two lengths", "chunked", "a small body"],
)
def test_nothing_else_is_offered(loop: Spooling, head: bytes) -> None:
    loop.ask(loop.client, head)
    loop.work()
    assert [call for call in loop.calls if "dweb.offer" in call or "dweb.spool" in call] == []
    assert loop.answered().startswith(b"HTTP/1.1 ")


def test_the_body_cannot_be_read_before_it_is_accepted(loop: Spooling) -> None:
    raised: list[int | None] = []

    def view(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with pytest.raises(BlockingIOError) as error:
            environ["wsgi.input"].read()
        raised.append(error.value.errno)
        start_response("400 Bad Request", [])
        return []

    loop.worker._application = view
    loop.offer()
    assert raised == [errno.EAGAIN]


def test_a_body_is_accepted_once_and_before_the_answer_begins(loop: Spooling) -> None:
    def view(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"begun"
        with pytest.raises(RuntimeError):
            environ["dweb.offer"].accept(loop.folder, loop.ended)

    loop.worker._application = view
    loop.offer()
    assert b"begun" in loop.answered()
    assert not loop.ended.called

    def twice(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["dweb.offer"].accept(loop.folder, loop.ended)
        with pytest.raises(RuntimeError):
            environ["dweb.offer"].accept(loop.folder, loop.ended)
        start_response("200 OK", [])
        return []

    loop.worker._application = twice
    client = loop.join()
    loop.ask(client, POST)
    loop.work()
    assert len(files_open(loop.folder)) == 1
    client.close()
    loop.turn()
    loop.ended.assert_called_once_with()


def test_a_view_that_fails_after_accept_is_called_again_and_sends_nothing_before(loop: Spooling) -> None:
    def view(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["dweb.offer"].accept(loop.folder, loop.ended)
        raise ValueError("a fault")

    loop.worker._application = view
    loop.offer()
    loop.worker._application = loop.view
    assert loop.answered() == b""
    loop.client.setblocking(True)
    loop.send(BODY)
    loop.work()
    assert right(loop.answered())


def test_where_no_file_can_be_made_the_view_answers(loop: Spooling) -> None:
    def view(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with pytest.raises(FileNotFoundError):
            environ["dweb.offer"].accept(loop.folder / "nowhere", loop.ended)
        start_response("507 Insufficient Storage", [("Content-Length", "0")])
        return []

    loop.worker._application = view
    loop.offer()
    assert loop.answered().startswith(b"HTTP/1.1 507 ")
    assert not loop.ended.called


def test_a_disk_that_is_full_in_the_middle_is_507(loop: Spooling, monkeypatch: pytest.MonkeyPatch) -> None:
    full_after(monkeypatch, 100_000)
    loop.offer()
    loop.send(BODY[:150_000])
    loop.ended.assert_called_once_with()
    assert files_open(loop.folder) == []
    loop.work()
    answer = loop.answered()
    assert answer.startswith(b"HTTP/1.1 507 Insufficient Storage\r\nConnection: close\r\n")
    assert len(loop.calls) == 1
    loop.ended.assert_called_once_with()


# The ends of a transfer


def test_a_transfer_holds_its_speed_and_ends_without_it(loop: Spooling, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1e9]
    monkeypatch.setattr("Dweb.server.deadlines.time.monotonic", lambda: now[0])
    loop.offer()
    for count, left in ((10_240, 1), (10_240, 1), (10_239, 0)):
        loop.client.sendall(BODY[:count])
        loop.turn()
        now[0] += 10
        loop.front.sweep()
        assert len(loop.front.connections) == left
    loop.ended.assert_called_once_with()
    assert files_open(loop.folder) == []


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(loop: Spooling) -> None:
    loop.offer(POST + BODY[:100])
    loop.client.close()
    loop.turn()
    assert (loop.front.connections, files_open(loop.folder), len(loop.front._shares)) == (set(), [], 0)
    loop.ended.assert_called_once_with()


def test_a_worker_that_stops_ends_transfers_with_their_time(loop: Spooling) -> None:
    loop.offer()
    loop.front.end_in(0)
    loop.front.sweep()
    assert (loop.front.connections, files_open(loop.folder)) == (set(), [])
    loop.ended.assert_called_once_with()


def test_a_transfer_that_makes_room_ends(loop: Spooling) -> None:
    loop.offer()
    assert loop.front.make_room()
    assert loop.front.connections == set()
    loop.ended.assert_called_once_with()


def test_a_whole_transfer_that_no_thread_has_begun_may_end_too(loop: Spooling) -> None:
    loop.offer()
    loop.send(BODY)
    [conn] = loop.submitted
    assert conn.work is not None
    assert conn.work.cancel()
    loop.front._close(conn)
    loop.ended.assert_called_once_with()
    assert files_open(loop.folder) == []


def test_a_view_that_fails_at_last_ends_it(loop: Spooling) -> None:
    loop.offer()
    loop.send(BODY)
    loop.worker._application = mock.Mock(side_effect=ValueError("a fault"))
    loop.work()
    loop.ended.assert_called_once_with()
    assert files_open(loop.folder) == []


# Its cost


def test_a_transfer_counts_what_is_in_memory(loop: Spooling) -> None:
    loop.front._shares = Shares(Share(9, len(BODY)), Share(9, PIECE_BYTES), ())
    loop.offer()
    loop.send(BODY[:-1])
    assert (loop.conn.size, loop.conn.request.come) == (len(POST), len(POST) + len(BODY) - 1)
    assert loop.front._shares._all.size == len(POST)
    assert loop.front.connections == {loop.conn}


def test_a_turn_reads_no_more_than_a_piece(loop: Spooling) -> None:
    loop.offer()
    before = loop.conn.request.come
    loop.client.sendall(BODY[: 2 * PIECE_BYTES])
    loop.turn()
    assert loop.conn.request.come - before == PIECE_BYTES
    loop.turn()
    loop.send(BODY[2 * PIECE_BYTES : -1])
    assert loop.conn.request.wanted == 1
