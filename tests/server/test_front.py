"""The front's loop, with a thread of the pool that the tests play."""

import selectors
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any
from unittest import mock

import pytest

from Dweb.parking.precedence import of_commits
from Dweb.server.connection import Connection, State
from Dweb.server.front import Front
from Dweb.server.request import RECV_BYTES
from Dweb.server.shares import Share, Shares

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % RECV_BYTES + b"x" * RECV_BYTES  # which comes in two parts
MANY = b"x" * 8 * 1024 * 1024  # more than the kernel takes


class Loop:
    """A front with one connection, and the client's end of it."""

    def __init__(self) -> None:
        self.poller = selectors.DefaultSelector()
        self.submitted: list[Connection] = []
        self.deferred: list[tuple[Callable[..., None], Connection]] = []
        self.front = Front(
            self.poller,
            self.submit,
            lambda call, conn: self.deferred.append((call, conn)),
            most=2,
            keepalive_seconds=30,
        )
        self.client = self.join()
        [self.conn] = self.front.connections

    def join(self) -> socket.socket:
        near, client = socket.socketpair()
        client.settimeout(10)
        self.front.accept(near, ("192.0.2.1", 5), ("127.0.0.1", 8000))
        return client

    def submit(self, conn: Connection) -> "Future[Any]":
        self.submitted.append(conn)
        return Future()

    def ask(self, client: socket.socket, data: bytes) -> Connection:
        """A client's request until it waits for a thread."""
        before = len(self.submitted)
        client.sendall(data)
        while len(self.submitted) == before:
            self.turn()
        return self.submitted[-1]

    def turn(self) -> None:
        """One turn of the loop, with the calls that threads have left."""
        while self.deferred:
            call, conn = self.deferred.pop(0)
            call(conn)
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)
        self.front.transfers.take_turns()

    def answer(self, data: bytes = b"answer", keep: bool = True) -> None:
        """The thread: takes the request, answers, and gives the connection back."""
        conn = self.submitted.pop()
        conn.request.take()
        conn.sock.sendall(data)
        self.front.answered(conn, keep)


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.client.close()
    made.turn()
    for conn in list(made.front.connections):
        made.front._close(conn)
    made.poller.close()


def test_the_first_bytes_of_a_connection_defer_to_the_committer_and_later_ones_do_not(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    deferred: list[bool] = []
    monkeypatch.setattr(of_commits, "defer", lambda: deferred.append(True))
    loop.ask(loop.client, GET)
    assert deferred == [True]
    loop.answer()
    loop.ask(loop.client, GET)
    assert deferred == [True]
    with loop.join():
        assert deferred == [True, True]


def test_a_whole_request_goes_to_a_thread_and_the_answer_wakes_no_loop(loop: Loop) -> None:
    for _ in range(3):
        loop.client.sendall(GET)
        loop.turn()
        assert loop.submitted == [loop.conn]
        loop.answer()
        assert loop.client.recv(100) == b"answer"
        assert loop.deferred == []
        assert loop.conn.state is State.READING


def test_half_a_request_goes_nowhere(loop: Loop) -> None:
    loop.client.sendall(GET[:-1])
    loop.turn()
    assert loop.submitted == []
    loop.client.sendall(GET[-1:])
    loop.turn()
    assert loop.submitted == [loop.conn]
    loop.answer()


def test_a_client_that_sends_more_during_its_request_is_heard_after_it(loop: Loop) -> None:
    loop.client.sendall(GET)
    loop.turn()
    loop.client.sendall(GET)
    loop.turn()
    loop.turn()
    assert loop.conn.watched == 0  # or the loop would turn without rest
    assert len(loop.submitted) == 1
    loop.answer()
    loop.turn()
    assert loop.submitted == [loop.conn]
    loop.answer()


@pytest.mark.parametrize("seen", ["before", "after"])
def test_a_thread_may_finish_while_the_loop_stops_listening(loop: Loop, seen: str) -> None:
    watch = loop.front._watch

    def finish_in_between(conn: Connection, events: int) -> None:
        if events == 0 and seen == "before":
            loop.answer()
        watch(conn, events)
        if events == 0 and seen == "after":
            loop.answer()

    loop.client.sendall(GET)
    loop.turn()
    loop.client.sendall(GET)
    with mock.patch.object(loop.front, "_watch", finish_in_between):
        loop.turn()
    loop.turn()
    assert loop.submitted == [loop.conn]
    loop.answer()


def test_a_request_that_came_with_the_last_one_is_handled(loop: Loop) -> None:
    loop.client.sendall(GET + GET)
    loop.turn()
    loop.answer()
    loop.turn()
    assert loop.submitted == [loop.conn]
    loop.answer()


def test_the_loop_sends_what_the_thread_could_not(loop: Loop) -> None:
    loop.client.sendall(GET)
    loop.turn()
    loop.answer(MANY)
    got = b""
    while len(got) < len(MANY):
        loop.turn()
        got += loop.client.recv(1 << 20)
    loop.turn()
    assert loop.conn.state is State.READING
    loop.client.sendall(GET)
    loop.turn()
    assert loop.submitted == [loop.conn]
    loop.answer()


def test_a_connection_that_ends_is_half_closed_until_the_client_hangs_up(loop: Loop) -> None:
    loop.client.sendall(GET)
    loop.turn()
    loop.answer(keep=False)
    loop.turn()
    assert loop.client.recv(100) == b"answer"
    assert loop.client.recv(100) == b""
    loop.client.sendall(b"more that nobody wants")
    loop.turn()
    assert loop.front.connections == {loop.conn}
    loop.client.close()
    loop.turn()
    assert loop.front.connections == set()


@pytest.mark.parametrize("at", ["the beginning", "half a request", "half an answer"])
def test_a_client_that_hangs_up_leaves_nothing(loop: Loop, at: str) -> None:
    if at != "the beginning":
        loop.client.sendall(GET if at == "half an answer" else GET[:9])
        loop.turn()
    if at == "half an answer":
        loop.answer(MANY)
        loop.turn()
    loop.client.close()
    loop.turn()
    assert (loop.front.connections, len(loop.front._shares)) == (set(), 0)
    assert len(loop.poller.get_map()) == 0
    loop.front._ready(loop.conn)  # an event of the same turn


def test_what_is_left_of_a_connection_that_a_websocket_took_is_closed_without_a_farewell(loop: Loop) -> None:
    conn = loop.ask(loop.client, GET.replace(b"Host", b"Upgrade: websocket\r\nHost"))
    with conn.sock.dup() as taken:
        loop.front.answered(conn, keep=False)
        loop.front.sweep()
        assert (loop.deferred, loop.front.connections, conn.sock.sock.fileno()) == ([], set(), -1)
        taken.sendall(b"frames")
        assert loop.client.recv(100) == b"frames"


def test_silence_and_halves_end_with_their_time_and_a_request_in_work_does_not(loop: Loop) -> None:
    loop.client.sendall(GET[:9])
    loop.turn()
    with loop.join() as busy:
        busy.sendall(GET)
        loop.turn()
        [conn] = loop.submitted
        with mock.patch("Dweb.server.deadlines.time.monotonic", return_value=1e12):
            loop.front.sweep()
        assert loop.front.connections == {conn}
        loop.answer()


def test_a_connection_without_a_request_makes_room(loop: Loop) -> None:
    loop.client.sendall(GET[:9])
    loop.turn()
    with loop.join() as silent, loop.join():
        assert silent.recv(1) == b""
        assert loop.conn in loop.front.connections
        assert len(loop.front.connections) == 2


def test_without_idle_connections_the_oldest_unfinished_request_makes_room(loop: Loop) -> None:
    with loop.join() as another:
        for client in (loop.client, another):
            client.sendall(GET[:9])
            loop.turn()
        assert loop.front.make_room()
        assert loop.conn not in loop.front.connections
        assert loop.front.make_room()
        assert loop.front.connections == set()
        assert not loop.front.make_room()


def test_answers_that_wait_share_the_memory(loop: Loop) -> None:
    loop.front._shares = Shares(Share(9, 9 * len(MANY)), Share(9, len(MANY)), ())
    with loop.join() as another:
        for client in (loop.client, another):
            loop.ask(client, GET)
            loop.answer(MANY)
            loop.turn()
        [left] = loop.front.connections
        assert (left.size, len(loop.front._shares)) == (len(MANY), 1)


def test_a_request_that_waits_for_a_thread_holds_its_share_until_it_is_answered(loop: Loop) -> None:
    loop.ask(loop.client, POST)
    assert (loop.conn.state, len(loop.front._shares)) == (State.BUSY, 1)
    loop.answer()
    loop.turn()
    assert (loop.conn.state, len(loop.front._shares)) == (State.READING, 0)


@pytest.mark.parametrize("begun", [False, True])
def test_of_too_much_that_waits_for_threads_the_oldest_goes_unless_a_thread_has_it(loop: Loop, begun: bool) -> None:
    loop.front._shares = Shares(Share(9, 9 * len(POST)), Share(9, len(POST)), ())
    loop.ask(loop.client, POST)
    if begun:
        assert loop.conn.work is not None
        loop.conn.work.set_running_or_notify_cancel()
    with loop.join() as another:
        second = loop.ask(another, POST)
        assert loop.front.connections == ({loop.conn, second} if begun else {second})
        assert (len(loop.conn.request.buffer), len(loop.front._shares)) == (len(POST) if begun else 0, 1)
        if begun:
            loop.submitted.reverse()
            loop.answer()
            assert loop.client.recv(100) == b"answer"
            assert loop.conn.state is State.READING


def test_a_small_request_waits_for_a_thread_without_a_share(loop: Loop) -> None:
    loop.client.sendall(GET[:9])
    loop.turn()
    assert len(loop.front._shares) == 1
    loop.ask(loop.client, GET[9:])
    assert len(loop.front._shares) == 0
    loop.answer()


def test_a_request_that_is_too_much_by_itself_goes_to_no_thread(loop: Loop) -> None:
    loop.front._shares = Shares(Share(9, RECV_BYTES), Share(9, RECV_BYTES), ())
    loop.client.sendall(POST)
    loop.turn()
    assert loop.front.connections == {loop.conn}
    loop.turn()
    assert (loop.front.connections, loop.submitted) == (set(), [])


def test_a_worker_that_stops_waits_for_no_client(loop: Loop) -> None:
    loop.client.sendall(GET[:9])
    loop.turn()
    loop.front.end_in(0)
    loop.front.sweep()
    assert loop.front.connections == set()
