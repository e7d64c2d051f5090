"""Turns to write, in order. They leave some connections of a pool to readers, however long others hold locks.

A thread that waits for its turn holds no connection of the pool. One lock guards the free turns and the queue.
"""

import threading
from collections import deque
from collections.abc import Callable

from django.db.utils import OperationalError


class Turns:
    """At most `most` threads have a turn; at most `most_waiting` wait for one, for `timeout` seconds."""

    def __init__(self, most: int, most_waiting: int, timeout: float) -> None:
        self._most_waiting = most_waiting
        self._timeout = timeout
        self._lock = threading.Lock()
        self._free = most  # nobody waits while one is free
        self._waiting: deque[threading.Event] = deque()

    def take(self, release: Callable[[], None]) -> None:
        """Takes a turn. If none is free, calls `release` and waits. Raises OperationalError if none becomes free."""
        with self._lock:
            if self._take_free():
                return
        release()
        with self._lock:
            if self._take_free():
                return
            if len(self._waiting) >= self._most_waiting:
                raise OperationalError(f"{len(self._waiting)} threads of this process wait to write to the database.")
            self._waiting.append(mine := threading.Event())
        if not self._wait(mine, self._timeout):
            raise OperationalError("The threads before this one still wait to write to the database.")

    def take_first(self, timeout: float) -> bool:
        """Takes a turn before all who wait. False: none has become free within `timeout` seconds."""
        with self._lock:
            if self._take_free():
                return True
            self._waiting.appendleft(mine := threading.Event())
        return self._wait(mine, timeout)

    def give(self) -> None:
        """Hands a turn on to the first who waits."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def _wait(self, mine: threading.Event, timeout: float) -> bool:
        try:
            mine.wait(timeout)
        except BaseException:  # for want of memory, say
            if self._has_come(mine):
                self.give()
            raise
        return self._has_come(mine)

    def _has_come(self, mine: threading.Event) -> bool:
        """False: the turn has not come, and will not."""
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
            return mine.is_set()

    def _take_free(self) -> bool:
        if not self._free:
            return False
        self._free -= 1
        return True
