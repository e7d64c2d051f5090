"""What gunicorn's worker hands to the front, and its end while threads of the pool still work."""

import errno
import os
import selectors
from collections import deque
from types import SimpleNamespace
from unittest import mock

import pytest
from gunicorn.workers.gthread import PollableMethodQueue

from Dweb.server.fronted import ACCEPT_AT_ONCE, Fronted
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
        (b'GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\nCookie: a="\\101"\r\n\r\n', False),
        (b"GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\nCookie: " + b"a" * 5_000 + b"\r\n\r\n", False),
        (b"GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5_000, False),
    ],
)
def test_the_handshake_of_a_view_that_parks_is_answered_in_the_loop(head: bytes, in_loop: bool) -> None:
    worker = Fronted.__new__(Fronted)
    worker.parked = (b"GET /chat/ ",)
    worker.tpool, worker._handshakes = mock.Mock(), mock.Mock()
    request = Request(8 * 1024, 8 * 1024)
    assert request.add(head)
    worker._submit(SimpleNamespace(request=request))
    assert (worker._handshakes.submit.called, worker.tpool.submit.called) == (in_loop, not in_loop)


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
