"""A client: the hub's object for one open WebSocket, stream or poll. Knows no room's content and never blocks on I/O.

Any thread may send() and close(); only the writer's thread calls flush().
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from ..parking.sending import send_now
from .framed import Framed
from .outbox import Outbox, Pushed
from .sse import RoomEvents
from .wire import CloseCode

NO_ROOMS = frozenset[str]()  # an empty set of its own would take 200 bytes


class Waker(Protocol):
    """The methods of the writer that a client calls."""

    def wake(self, clients: Iterable["Client"]) -> int: ...

    def wait(self, number: int) -> None: ...


class Client:
    """One user's connection.

    `close_socket(code, reason)` begins the end of the connection, of a WebSocket the closing handshake. Any thread may
    call it. What the client is sent, its `outbox` translates, if it has no WebSocket.
    `rooms` (the rooms that this client is subscribed to), `greeted` and `missed` belong to the registry's lock.
    """

    __slots__ = (
        "sock", "user_id", "username", "session_key", "auth_hash", "outbox",
        "rooms", "greeted", "missed", "blocked", "is_guest", "is_bot", "only", "_writer", "_close_socket",
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
        is_guest: bool = False,
        is_bot: bool = False,
        only: frozenset[str] | None = None,
        outbox: Outbox | None = None,
    ) -> None:
        self.sock = sock
        self.user_id = user_id
        self.username = username
        self.session_key = session_key
        self.auth_hash = auth_hash
        self.is_guest = is_guest  # is told only of the people of their rooms
        self.is_bot = is_bot
        self.only = only  # the rooms that a program may see; None: all of its user's
        self.outbox = Outbox(limit) if outbox is None else outbox
        self.rooms: set[str] = set()
        self.greeted = False
        self.missed = NO_ROOMS  # rooms of which something was to be sent before the greeting
        self.blocked = False  # the writer's own: waiting for room in the kernel's buffer
        self._writer = writer
        self._close_socket = close_socket

    def reaches(self, room: str) -> bool:
        return self.only is None or room in self.only

    # For any thread.

    def send(self, frames: Any) -> None:
        """Appends whole frames and has them written; a client whose outbox is full is closed."""
        pushed = self.outbox.push(frames)
        if pushed is Pushed.FIRST:
            self._writer.wake((self,))
        elif pushed is Pushed.FULL:
            self.close_slow()

    def send_events(self, framed: Sequence[Framed], frames: bytes) -> None:
        """Sends events of one room; `frames` are theirs, as join() makes them for this client's user."""
        self.send(RoomEvents(framed, frames) if self.outbox.takes_events else frames)

    def finish(self, frame: bytes) -> None:
        """Appends the close frame, the last one that is written."""
        if self.outbox.finish(frame):
            self._writer.wake((self,))

    def close(self, code: int, reason: str) -> None:
        self._close_socket(code, reason)

    def close_slow(self) -> None:
        self.close(CloseCode.TOO_SLOW, "this connection reads too slowly; come back and resume")

    def drain(self, timeout: float, below: int = 1) -> bool:
        return self.outbox.drain(timeout, below)

    def sever(self) -> None:
        """Ends the connection without a close frame; a view that waits sees the end of the stream."""
        self.outbox.abandon()
        with suppress(OSError):  # it has ended already
            self.sock.shutdown(socket.SHUT_RDWR)

    def detach(self) -> None:
        """Has the writer forget this client; only then may the socket's number be used for another one."""
        self.outbox.abandon()
        self._writer.wait(self._writer.wake((self,)))

    # For the writer's thread.

    def flush(self) -> bool:
        """Writes what has gathered, in one non-blocking send. False: the kernel did not take all of it.

        Raises OSError when the connection is broken.
        """
        outbox = self.outbox
        data = outbox.take()
        if not data or outbox.gone:
            return True
        return outbox.sent(send_now(self.sock, data))
