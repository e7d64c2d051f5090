"""Turns to write: some connections of a pool are kept for readers, however long others hold the database's locks.

A thread that waits for its turn holds no connection. One lock guards the count of threads that wait.
"""

import threading
from collections.abc import Callable

from django.db.utils import OperationalError


class Turns:
    """At most `most` threads have a turn; at most `most_waiting` wait for one, for `timeout` seconds."""

    def __init__(self, most: int, most_waiting: int, timeout: float) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._most_waiting = most_waiting
        self._timeout = timeout
        self._lock = threading.Lock()
        self._waiting = 0

    def take(self, release: Callable[[], None]) -> None:
        """Takes a turn. If none is free, calls `release` and waits. Raises OperationalError if none becomes free."""
        if self._free.acquire(blocking=False):
            return
        release()
        with self._lock:
            if self._waiting >= self._most_waiting:
                raise OperationalError(f"{self._waiting} threads of this process wait to write to the database.")
            self._waiting += 1
        try:
            if not self._free.acquire(timeout=self._timeout):
                raise OperationalError("The threads before this one still wait to write to the database.")
        finally:
            with self._lock:
                self._waiting -= 1

    def give(self) -> None:
        self._free.release()
