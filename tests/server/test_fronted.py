"""What gunicorn's worker hands to the front, and its end while threads of the pool still work."""

import errno
import os
import selectors
import threading
from collections import deque
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from gunicorn.workers.gthread import PollableMethodQueue

from Dweb.parking.activity import Activity
from Dweb.parking.precedence import of_commits
from Dweb.server.fronted import ACCEPT_AT_ONCE, Fronted
from Dweb.server.pool import RequestPool, Threads
from Dweb.server.request import Request

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("accepted", "client"),
    [
        (("::ffff:192.0.2.1", 5, 0, 0), ("192.0.2.1", 5, 0, 0)),
        (("2001:db8::1", 5, 0, 0), ("2001:db8::1", 5, 0, 0)),
        (("192.0.2.1", 5), ("192.0.2.1", 5)),
        ("", ""),
    ],
)
def test_a_client_has_its_own_address_on_a_socket_for_both_families(accepted: object, client: object) -> None:
    worker = Fronted.__new__(Fronted)
    worker.front = mock.Mock()
    sock, listener = mock.Mock(), mock.Mock()
    listener.accept.side_effect = [(sock, accepted), BlockingIOError(errno.EAGAIN, "nobody")]
    worker.accept(listener)
    worker.front.accept.assert_called_once_with(sock, client, listener.getsockname())


def test_a_turn_accepts_a_few_connections_and_leaves_the_others_for_later() -> None:
    worker = Fronted.__new__(Fronted)
    worker.front = mock.Mock()
    listener = mock.Mock()
    listener.accept.side_effect = [(mock.Mock(), "")] * 20
    worker.accept(listener)
    assert worker.front.accept.call_count == ACCEPT_AT_ONCE


@pytest.mark.parametrize(
    ("head", "in_loop"),
    [
        (b"GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", True),
        (b"GET /chat/ HTTP/1.1\r\nHost: here\r\n\r\n", False),
        (b"POST /chat/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", False),
        (b"GET /chat/more HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", False),
        (b"GET /history/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", False),
        (b"GET /events/ HTTP/1.1\r\nHost: here\r\n\r\n", True),
        (b"GET /events/?wait=5 HTTP/1.1\r\nHost: here\r\n\r\n", True),
        (b"GET /events/more HTTP/1.1\r\nHost: here\r\n\r\n", False),
        (b"POST /events/ HTTP/1.1\r\nHost: here\r\n\r\n", False),
        (b'GET /events/ HTTP/1.1\r\nCookie: a="\\101"\r\n\r\n', False),
        (b'GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\nCookie: a="\\101"\r\n\r\n', False),
        (b"GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\nCookie: " + b"a" * 5_000 + b"\r\n\r\n", False),
        (b"GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5_000, False),
    ],
)
def test_the_request_of_a_view_that_parks_is_answered_in_the_loop(head: bytes, in_loop: bool) -> None:
    worker = Fronted.__new__(Fronted)
    worker.parked, worker.streamed = (b"GET /chat/ ",), (b"GET /events/ ", b"GET /events/?")
    worker.tpool, worker._handshakes = mock.Mock(), mock.Mock()
    request = Request(8 * 1024, 8 * 1024)
    assert request.add(head)
    worker._submit(SimpleNamespace(request=request))
    assert (worker._handshakes.submit.called, worker.tpool.submit.called) == (in_loop, not in_loop)


@pytest.fixture
def sender() -> Iterator[Fronted]:
    """A worker whose one thread is taken until the test lets it go."""
    worker = Fronted.__new__(Fronted)
    worker.sending = (b"POST /msg_send/",)
    worker.activity = Activity()
    worker.tpool = RequestPool(Threads(1), 1)
    worker.handle = mock.Mock()
    go_on = threading.Event()
    worker.tpool.submit(go_on.wait, 10)
    worker.go_on = go_on
    yield worker
    go_on.set()
    worker.tpool.shutdown()


def request_of(head: bytes) -> SimpleNamespace:
    request = Request(8 * 1024, 8 * 1024)
    assert request.add(head)
    return SimpleNamespace(request=request)


SENDING = b"POST /msg_send/ HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
READING = b"GET /history/ HTTP/1.1\r\nHost: here\r\n\r\n"


def test_a_request_that_may_queue_a_draft_is_at_work_and_defers_to_nobody(sender: Any) -> None:
    at_work = []
    sender.handle.side_effect = lambda conn: at_work.append((sender.activity._busy, of_commits._is_exempt()))
    answers = [sender._submit(request_of(head)) for head in (SENDING, READING, b"GET /msg_send/" + READING[13:])]
    sender.go_on.set()
    for answer in answers:
        answer.result(10)
    assert at_work == [(1, True), (0, False), (0, False)]
    assert (sender.activity._busy, of_commits._is_exempt()) == (0, False)


def test_it_is_known_to_follow_another_one_while_it_is_the_next(sender: Any) -> None:
    follows: list[bool] = []
    sender.handle.side_effect = lambda conn: follows.append(sender.goes_on_sending())
    _, cancelled, *others = [sender._submit(request_of(head)) for head in (SENDING, READING, SENDING, READING, SENDING)]
    assert cancelled.cancel()
    assert not sender.goes_on_sending()  # the one that has the turn sends nothing
    sender.go_on.set()
    for other in others:
        other.result(10)
    assert follows == [True, False, False, False]


def test_a_late_thread_writes_into_no_file_that_was_opened_since() -> None:
    worker = Fronted.__new__(Fronted)
    worker.cfg = SimpleNamespace(keepalive=1, graceful_timeout=0)
    worker.worker_connections = 2
    worker.alive, worker._accepting, worker.nr_conns, worker.sockets = False, False, 0, []
    worker.poller, worker.tpool = selectors.DefaultSelector(), mock.Mock()
    worker.keepalived_conns, worker.pending_conns = deque(), deque()
    worker.method_queue = PollableMethodQueue()
    worker.method_queue.init()
    try:
        worker.run()
        worker.method_queue.defer(print)
        assert os.read(worker.method_queue.fileno(), 2) == b"\0"
    finally:
        PollableMethodQueue.close(worker.method_queue)
