"""Precedence: while a thread does what everybody waits for, other threads of this process pause where they can.

All threads share the interpreter's lock. A transaction needs it some thirty times, and each time may wait behind all
threads that compute. One lock guards the count of the threads that go first, and until when others defer.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

DEFER_SECONDS = 0.01  # a few times as long as a transaction that others leave alone


class Precedence:
    """Some threads go first, inside `first()`; others defer between two steps of their work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first = 0  # threads that go first
        self._until = 0.0  # after which nobody defers to them
        self._nobody = threading.Event()
        self._nobody.set()
        self._own = threading.local()

    @contextmanager
    def first(self) -> Iterator[None]:
        """Spans work in which this thread goes first. A thread that it waits for defers for DEFER_SECONDS at most."""
        with self._lock:
            if not self._first:
                self._until = time.monotonic() + DEFER_SECONDS
                self._nobody.clear()
            self._first += 1
        try:
            with self.exempt():
                yield
        finally:
            with self._lock:
                self._first -= 1
                if not self._first:
                    self._nobody.set()

    @contextmanager
    def exempt(self) -> Iterator[None]:
        """Spans work in which this thread defers to nobody."""
        outer, self._own.exempt = self._is_exempt(), True
        try:
            yield
        finally:
            self._own.exempt = outer

    def defer(self) -> None:
        """Returns once nobody goes first, or somebody has for DEFER_SECONDS: then it waits for something itself."""
        if not self._nobody.is_set() and not self._is_exempt() and (left := self._until - time.monotonic()) > 0:
            self._nobody.wait(left)

    def _is_exempt(self) -> bool:
        return getattr(self._own, "exempt", False)


of_commits = Precedence()  # of what writes the log
