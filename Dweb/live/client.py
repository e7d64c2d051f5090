"""One connection: its outbox, counted in bytes and bounded. Knows no room's content and never blocks on I/O.

Any thread may send() and close(); only the writer's thread calls flush(). The client's lock guards the
outbox; it is the innermost lock and is held for list operations only.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from enum import Enum, auto
from typing import Protocol

from .wire import CloseCode


class Pushed(Enum):
    """What became of a frame: the first in an empty outbox (wake the writer), behind others, or refused."""

    FIRST = auto()
    QUEUED = auto()
    FULL = auto()


class Waker(Protocol):
    """What a client needs of the writer."""

    def wake(self, clients: Iterable["Client"]) -> int: ...

    def wait(self, number: int) -> None: ...


class Client:
    """The hub's object for one connection.

    `close_socket(code, reason)` begins the WebSocket closing handshake and may be called from any thread.
    `rooms` (the rooms that this client watches), `greeted` and `missed` belong to the hub and its lock.
    """

    __slots__ = (
        "sock", "user_id", "username", "session_key", "auth_hash",
        "rooms", "greeted", "missed", "closing", "gone",
        "blocked", "_limit", "_writer", "_close_socket",
        "_lock", "_emptied", "_frames", "_rest", "_size", "_full", "_finished",
    )  # fmt: skip

    def __init__(
        self,
        sock: socket.socket,
        user_id: int,
        username: str,
        *,
        close_socket: Callable[[int, str], None],
        writer: Waker,
        limit: int,
        session_key: str = "",
        auth_hash: str = "",
    ) -> None:
        self.sock = sock
        self.user_id = user_id
        self.username = username
        self.session_key = session_key
        self.auth_hash = auth_hash
        self.rooms: set[str] = set()
        self.greeted = False
        self.missed: set[str] = set()  # rooms that turned up before the greeting
        self.closing = False  # we have ended it: what it still says does not count
        self.gone = False
        self.blocked = False  # the writer's own: waiting for room in the kernel's buffer
        self._limit = limit
        self._writer = writer
        self._close_socket = close_socket
        self._lock = threading.Lock()
        self._emptied: threading.Condition | None = None  # made for the first who waits
        self._frames: list[bytes] = []
        self._rest: memoryview | bytes = b""  # what the kernel did not take of the last send; the writer's own
        self._size = 0
        self._full = False
        self._finished = False

    # For any thread.

    def push(self, frames: bytes) -> Pushed:
        """Append whole frames; the caller wakes the writer and closes a client that is FULL."""
        with self._lock:
            if self._finished or self._full:
                return Pushed.QUEUED
            if self._size + len(frames) > self._limit:
                self._full = True
                return Pushed.FULL
            first = not self._size
            self._frames.append(frames)
            self._size += len(frames)
        return Pushed.FIRST if first else Pushed.QUEUED

    def send(self, frames: bytes) -> None:
        """Append whole frames and have them written; a client whose outbox is full is closed."""
        pushed = self.push(frames)
        if pushed is Pushed.FIRST:
            self._writer.wake((self,))
        elif pushed is Pushed.FULL:
            self.close_slow()

    def finish(self, frame: bytes) -> None:
        """Append the close frame: the last thing written. Of a full outbox, what waits is given up for it."""
        with self._lock:
            if self._finished:
                return
            if self._full:
                self._frames.clear()
                self._size = len(self._rest)
            self._frames.append(frame)
            self._size += len(frame)
            self._finished = True
        self._writer.wake((self,))

    def close(self, code: int, reason: str) -> None:
        self.closing = True
        self._close_socket(code, reason)

    def close_slow(self) -> None:
        self.close(CloseCode.TOO_SLOW, "this connection reads too slowly; come back and resume")

    def drain(self, timeout: float, below: int = 1) -> bool:
        """Wait until fewer than `below` bytes wait to be written. False: not within `timeout` seconds, or gone."""
        with self._lock:
            self._emptied = self._emptied or threading.Condition(self._lock)
            return self._emptied.wait_for(lambda: self._size < below or self.gone, timeout) and not self.gone

    def sever(self) -> None:
        """End the connection without a word; a thread that waits in recv() sees the end of the stream."""
        self._mark_gone()
        with suppress(OSError):  # it has ended already
            self.sock.shutdown(socket.SHUT_RDWR)

    def detach(self) -> None:
        """Have the writer forget this client; only then may the socket's number be used for another one."""
        self._mark_gone()
        self._writer.wait(self._writer.wake((self,)))

    def _mark_gone(self) -> None:
        with self._lock:
            self.gone = True
            if self._emptied is not None:
                self._emptied.notify_all()

    @property
    def finished(self) -> bool:
        return self._finished

    @property
    def waiting(self) -> int:
        """The bytes that wait to be written."""
        return self._size

    # For the writer's thread alone.

    def flush(self) -> bool:
        """Write what has gathered, in one non-blocking send. False: the kernel did not take all of it.

        Raises OSError when the connection is broken.
        """
        with self._lock:
            if not self._rest:
                self._rest = self._frames[0] if len(self._frames) == 1 else b"".join(self._frames)
                self._frames = []
            data = self._rest
        if not data or self.gone:
            return True
        try:
            sent = self.sock.send(data, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            sent = 0
        with self._lock:
            self._rest = b"" if sent == len(data) else memoryview(data)[sent:]
            self._size -= sent
            if self._emptied is not None:
                self._emptied.notify_all()
            return not self._size


NOWHERE: Mapping[str, int] = {}


class Person:
    """One user's connections: here, and how many there are in which other process.

    Without any while the grace for a reload runs.
    """

    __slots__ = ("clients", "elsewhere", "username")

    def __init__(self, username: str) -> None:
        self.username = username
        self.clients: set[Client] = set()
        self.elsewhere = NOWHERE

    @property
    def online(self) -> bool:
        return bool(self.clients or self.elsewhere)

    @property
    def connections(self) -> int:
        return len(self.clients) + sum(self.elsewhere.values())

    def place(self, process: str, connections: int) -> None:
        elsewhere = {**self.elsewhere, process: connections}
        if not connections:
            del elsewhere[process]
        self.elsewhere = elsewhere or NOWHERE
