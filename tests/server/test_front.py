"""The front's loop, with a thread of the pool that the tests play."""

import selectors
import socket
from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from Dweb.server.connection import Connection, State
from Dweb.server.front import Front

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
MANY = b"x" * 8 * 1024 * 1024  # more than the kernel takes


class Loop:
    """A front with one connection, and the client's end of it."""

    def __init__(self) -> None:
        self.poller = selectors.DefaultSelector()
        self.submitted: list[Connection] = []
        self.deferred: list[tuple[Callable[..., None], Connection]] = []
        self.front = Front(
            self.poller,
            self.submitted.append,
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

    def turn(self) -> None:
        """One turn of the loop, with the calls that threads have left."""
        while self.deferred:
            call, conn = self.deferred.pop(0)
            call(conn)
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)

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


def test_silence_and_halves_end_with_their_time_and_a_request_in_work_does_not(loop: Loop) -> None:
    loop.client.sendall(GET[:9])
    loop.turn()
    with loop.join() as busy:
        busy.sendall(GET)
        loop.turn()
        [conn] = loop.submitted
        with mock.patch("Dweb.server.front.time.monotonic", return_value=1e12):
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


def test_a_worker_that_stops_waits_for_no_client(loop: Loop) -> None:
    loop.client.sendall(GET[:9])
    loop.turn()
    loop.front.end_in(0)
    loop.front.sweep()
    assert loop.front.connections == set()
