"""Reads requests and sends answers in the worker's loop, so that a thread of the pool never waits for a client."""

import heapq
import math
import socket
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector
from typing import Any

from django.conf import settings

from ..parking.precedence import of_commits
from .answer import Answer
from .connection import Connection, State
from .deadlines import Deadlines
from .request import RECV_BYTES, Request
from .shares import Shares, unfinished_shares
from .transfers import Transfers

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LINGER_SECONDS = 2.0
LINGER_BYTES = 4 * 1024 * 1024  # read from a client that still sends a refused body, so that it sees why
ROOM = 100  # connections closed at once when there are too many, since the search walks over all


class Front:
    """The connections of one worker that are no WebSockets.

    `submit` has a thread answer a complete request and then call answered(). `defer` makes a call in the loop's thread,
    where all other methods run. `may_leave` tells whether the view of a request may take its connection over.
    """

    def __init__(
        self,
        poller: BaseSelector,
        submit: Callable[[Connection], Future[Any]],
        defer: Callable[..., None],
        may_leave: Callable[[Request], bool] = lambda request: request.upgrades,
        *,
        most: int,
        keepalive_seconds: float,
    ) -> None:
        self.connections: set[Connection] = set()
        self._poller = poller
        self._submit, self._defer, self._may_leave = submit, defer, may_leave
        self._most = most
        self._keepalive_seconds = keepalive_seconds
        self.transfers = Transfers(self._take_turn, settings.UPLOADS_BYTES_PER_SECOND)
        self._taken: deque[Connection] = deque()  # filled by any thread
        self._deadlines = Deadlines()
        self._shares: Shares[Connection] = unfinished_shares()

    def accept(self, sock: socket.socket, client: Any, server: Any) -> None:
        """Adds a connection. It has the time of a head for its first byte."""
        of_commits.defer()
        if len(self.connections) >= self._most:
            self.make_room()
        sock.setblocking(False)
        request = Request(settings.REQUEST_HEAD_MAX_BYTES, settings.REQUEST_MAX_BYTES)
        conn = Connection(client, server, request, Answer(sock, settings.ANSWER_MAX_BYTES))
        conn.deadline = self._deadlines.after(settings.REQUEST_HEAD_SECONDS)
        self.connections.add(conn)
        self._watch(conn, EVENT_READ)

    def answered(self, conn: Connection, keep: bool) -> None:
        """Takes a connection back from its thread. If all is sent and nothing has come, the loop need not wake up."""
        if conn.sock.taken:
            self._taken.append(conn)
            return
        idle = False
        with suppress(OSError):
            idle = conn.sock.flush() and keep and not conn.request.buffer and not conn.unfinished
        if not idle:
            conn.keep = keep
            self._defer(self._conclude, conn)
            return
        conn.sock.reset()
        conn.deadline = self._deadlines.after(self._keepalive_seconds)
        conn.state = State.READING  # from here on it is the loop's
        if not conn.watched:
            self._defer(self._listen, conn)

    def make_room(self) -> bool:
        """Closes connections that wait for nothing, or else an unfinished one. Returns False if there is neither."""
        going = heapq.nsmallest(ROOM, (each for each in self.connections if each.spare), key=lambda each: each.deadline)
        for conn in going:
            self._close(conn)
        if not going and (first := self._shares.first()) is not None:
            self._evict(first)
            return True
        return bool(going)

    def sweep(self) -> None:
        """Reads of large bodies, and closes connections whose time is over, or that WebSockets have taken."""
        self.transfers.take_turns()
        while self._taken:
            self._close(self._taken.popleft())
        for conn in self._deadlines.expired(self.connections):
            self._close(conn)

    def end_in(self, seconds: float) -> None:
        """Gives clients so much time to complete their requests and to read their answers: the worker stops."""
        self._deadlines.end_in(seconds, self.connections)

    def _ready(self, conn: Connection, _: object = None) -> None:
        spool = conn.request.spool
        if spool is not None and conn.state is State.READING and conn in self.connections:
            self._watch(conn, 0)
            self.transfers.add(conn, spool)
        else:
            self._step(conn)

    def _take_turn(self, conn: Connection) -> None:
        self._watch(conn, EVENT_READ)
        self._step(conn)

    def _step(self, conn: Connection) -> None:
        if conn.work is None:
            of_commits.defer()
        if conn not in self.connections:
            return  # it was closed for the event of another one
        try:
            if conn.state is State.READING:
                self._read(conn)
            elif conn.state is State.BUSY:
                self._mute(conn)
            elif conn.state is State.WRITING:
                self._write(conn)
            else:
                self._discard(conn)
        except BlockingIOError:
            pass
        except (OSError, MemoryError):
            self._close(conn)

    def _read(self, conn: Connection) -> None:
        if data := conn.sock.sock.recv(conn.request.wanted):
            self._add(conn, data)
        else:
            self._close(conn)

    def _add(self, conn: Connection, data: bytes) -> None:
        request = conn.request
        if request.add(data):
            self._start(conn)
            return
        if not conn.unfinished:
            conn.deadline = self._deadlines.after(settings.REQUEST_HEAD_SECONDS)
        if not self._count(conn):
            return
        if request.size and conn.pace is None:
            self._deadlines.begin_pace(conn)
            if request.expects:
                conn.sock.sock.send(CONTINUE)

    def _start(self, conn: Connection) -> None:
        if conn.size <= RECV_BYTES:
            self._end_count(conn)
        elif not self._count(conn):  # it may wait long for a thread, and counts until it has its answer
            return
        conn.pace, conn.deadline = None, math.inf
        if self._may_leave(conn.request):
            self._watch(conn, 0)  # a WebSocket puts another socket under the descriptor, and keeps this one open
        conn.state = State.BUSY
        conn.work = self._submit(conn)

    def _mute(self, conn: Connection) -> None:
        """Stops listening to a client that sends more before it has its answer, or that has hung up."""
        self._watch(conn, 0)
        # If the thread has finished just now, it may not have seen this, and would not have asked for _listen().
        self._listen(conn)

    def _listen(self, conn: Connection) -> None:
        if conn.state is State.READING and not conn.watched and conn in self.connections:
            self._watch(conn, EVENT_READ)

    def _conclude(self, conn: Connection) -> None:
        conn.state = State.WRITING
        self._step(conn)

    def _write(self, conn: Connection) -> None:
        if not conn.sock.flush():
            if conn.pace is None:
                self._deadlines.begin_pace(conn)
                self._watch(conn, EVENT_WRITE)
                self._count(conn)
            return
        conn.pace = None
        self._end_count(conn)
        conn.sock.reset()
        if conn.keep:
            self._read_next(conn)
        else:
            self._linger(conn)

    def _read_next(self, conn: Connection) -> None:
        conn.state = State.READING
        conn.deadline = self._deadlines.after(self._keepalive_seconds)
        self._watch(conn, EVENT_READ)
        if conn.request.buffer:
            self._add(conn, b"")

    def _linger(self, conn: Connection) -> None:
        conn.state = State.LINGERING
        conn.deadline = self._deadlines.after(LINGER_SECONDS)
        conn.left = LINGER_BYTES
        conn.sock.sock.shutdown(socket.SHUT_WR)
        self._watch(conn, EVENT_READ)

    def _discard(self, conn: Connection) -> None:
        data = conn.sock.sock.recv(conn.request.wanted)
        conn.left -= len(data)
        if not data or conn.left <= 0:
            self._close(conn)

    def _count(self, conn: Connection) -> bool:
        """Counts what it holds by now, and closes connections that must go. Returns False if it is one of them."""
        conn.unfinished = True
        self._shares.add(conn.address, conn, conn.size)
        while (too_many := self._shares.excess(conn.address)) is not None:
            self._evict(too_many)
        return conn in self.connections

    def _evict(self, conn: Connection) -> None:
        """Closes it. If a thread has begun its request, it only counts no more: the pool bounds those."""
        self._end_count(conn)
        if conn.state is not State.BUSY or (conn.work is not None and conn.work.cancel()):
            self._close(conn)

    def _end_count(self, conn: Connection) -> None:
        if conn.unfinished:
            self._shares.remove(conn.address, conn)
        conn.unfinished = False

    def _watch(self, conn: Connection, events: int) -> None:
        conn.watch(self._poller, events, partial(self._ready, conn))

    def _close(self, conn: Connection) -> None:
        if conn in self.connections:
            self.connections.remove(conn)
            self.transfers.discard(conn)
            self._end_count(conn)
            self._watch(conn, 0)
            conn.sock.reset()
            conn.request.drop()  # a cancelled request stays in the pool's queue until a thread passes over it
            conn.sock.sock.close()
