"""Turns to write: some connections of a pool are kept for readers, however long others hold the database's locks.

A thread that waits for its turn holds no connection. One lock guards the free turns and the queue of those who wait.
"""

import threading
from collections import deque
from collections.abc import Callable

from django.db.utils import OperationalError


class Turns:
    """At most `most` threads have a turn; at most `most_waiting` wait for one, for `timeout` seconds, in a queue."""

    def __init__(self, most: int, most_waiting: int, timeout: float) -> None:
        self._most_waiting = most_waiting
        self._timeout = timeout
        self._lock = threading.Lock()
        self._free = most  # nobody waits while one is free
        self._waiting: deque[threading.Event] = deque()

    def take(self, release: Callable[[], None], *, first: bool = False) -> None:
        """Takes a turn. If none is free, calls `release` and waits; `first`: before all others.

        Raises OperationalError if none becomes free, or if too many wait.
        """
        if self._take_free():
            return
        release()
        mine = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if first:
                self._waiting.appendleft(mine)
            elif len(self._waiting) < self._most_waiting:
                self._waiting.append(mine)
            else:
                raise OperationalError(f"{len(self._waiting)} threads of this process wait to write to the database.")
        if not mine.wait(self._timeout) and self._leave(mine):
            raise OperationalError("The threads before this one still wait to write to the database.")

    def give(self) -> None:
        """Hands a turn on to the first who waits."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def _take_free(self) -> bool:
        with self._lock:
            if not self._free:
                return False
            self._free -= 1
            return True

    def _leave(self, mine: threading.Event) -> bool:
        """Leaves the queue. False: the turn has come just now."""
        with self._lock:
            if mine.is_set():
                return False
            self._waiting.remove(mine)
            return True
