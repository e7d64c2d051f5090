"""An outbox: the bytes that wait to be written to one connection, counted and bounded. Does no I/O.

Any thread may push(), finish() and drain(); one thread, the one that writes, calls take() and sent(). The outbox's
lock is the innermost lock and is held for list operations only.
"""

import threading
import time
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from ..parking.wakeup import Wakeup


class Pushed(Enum):
    """The outcome of a push: first in an empty outbox (wake the writer), queued behind others, or refused."""

    FIRST = auto()
    QUEUED = auto()
    FULL = auto()


class Outbox:
    """At most `limit` bytes of whole frames, in order.

    `size` is the bytes that wait; `finished` tells that the close frame is among them or written; `gone` that nothing
    will be written any more.
    """

    __slots__ = ("_draining", "_frames", "_full", "_limit", "_lock", "_rest", "finished", "gone", "size")
    takes_events = False  # True: the events of a log are pushed as sse.RoomEvents

    def __init__(self, limit: int) -> None:
        self.size = 0
        self.finished = False
        self.gone = False
        self._limit = limit
        self._lock = threading.Lock()
        self._draining: tuple[Wakeup, ...] = ()  # of those who wait in drain()
        self._frames: list[bytes] = []
        self._rest: memoryview | bytes = b""  # taken and not sent yet; the writing thread's own
        self._full = False

    # For any thread.

    @property
    def event_bytes(self) -> int:
        """What an event of a log takes beside its frame."""
        return 0

    def begin(self, cursors: Mapping[str, int]) -> None:
        """The client is given what comes after these numbers of its rooms. With a WebSocket it knows that itself."""

    def push(self, frames: Any) -> Pushed:
        """Appends whole frames. The caller wakes the writer if they are the FIRST, and closes a FULL connection."""
        with self._lock:
            if self.finished or self._full:
                return Pushed.QUEUED
            if self.size + len(frames) > self._limit:
                self._full = True
                return Pushed.FULL
            first = not self.size
            self._frames.append(frames)
            self.size += len(frames)
        return Pushed.FIRST if first else Pushed.QUEUED

    def finish(self, frame: bytes) -> bool:
        """Appends the close frame, the last one; a full outbox drops what waits. False: it was finished before."""
        with self._lock:
            if self.finished:
                return False
            if self._full:
                self._frames.clear()
                self.size = len(self._rest)
            self._frames.append(frame)
            self.size += len(frame)
            self.finished = True
            return True

    def drain(self, timeout: float, below: int = 1) -> bool:
        """Waits until fewer than `below` bytes wait. False: not within `timeout` seconds, or the outbox is gone."""
        deadline = time.monotonic() + timeout
        written = Wakeup()
        try:
            while True:
                written.clear()
                with self._lock:
                    if self.gone or self.size < below:
                        return not self.gone
                    if written not in self._draining:
                        self._draining = (*self._draining, written)
                if not written.wait(deadline - time.monotonic()):
                    return False
        finally:
            with self._lock:
                self._draining = tuple(each for each in self._draining if each is not written)

    def abandon(self) -> None:
        """Marks the outbox as gone; drain() returns."""
        with self._lock:
            self.gone = True
            for waiting in self._draining:
                waiting.set()

    # For the writing thread.

    def take(self) -> memoryview | bytes:
        """All that waits, joined; the same bytes again until sent() has counted them."""
        with self._lock:
            if not self._rest:
                self._rest = self._frames[0] if len(self._frames) == 1 else b"".join(self._frames)
                self._frames = []
            return self._rest

    def sent(self, count: int) -> bool:
        """The first `count` bytes of what was taken are written. True: nothing waits now."""
        with self._lock:
            self._rest = b"" if count == len(self._rest) else memoryview(self._rest)[count:]
            self.size -= count
            for waiting in self._draining:
                waiting.set()
            return not self.size
