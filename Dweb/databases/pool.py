"""Pools of database connections: few, kept open, each lent to one thread at a time.

A pool's lock guards its idle connections and the count of open ones. If all connections are lent, a thread waits for
one.
"""

import math
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from django.db.utils import OperationalError

from .turns import Turns


class Lent:
    """A driver's connection. It leaves the count of open connections when it is closed, or when its thread died."""

    def __init__(self, connection: Any, count_out: Callable[[], None]) -> None:
        self.connection = connection
        self.end = weakref.finalize(self, count_out)


class Pool:
    """At most `most` connections, beside extra ones, which are closed when they come back; the last used is lent first.

    A thread waits `timeout` seconds for one.
    """

    def __init__(self, most: int, timeout: float, turns: Turns) -> None:
        self.turns = turns
        self._most = most
        self._timeout = timeout
        self._changed = threading.Condition()  # re-entrant: the garbage collector may call _count_out() at any time
        self._idle: list[tuple[Lent, float]] = []
        self._open = 0

    def take(self, connect: Callable[[], Any], alive: Callable[[Any, float], bool], extra: int = 0) -> Lent:
        """Lends an idle connection for which `alive(connection, idle seconds)` is true, or else a new one.

        Raises OperationalError if all connections stay lent.
        """
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: self._idle or self._open < self._most + extra, self._timeout):
                    raise OperationalError(
                        f"All {self._most} database connections of this process are busy (DB_MAX_CONNECTIONS)."
                    )
                if not self._idle:
                    self._open += 1
                    break
                lent, since = self._idle.pop()
            if alive(lent.connection, time.monotonic() - since):
                return lent
            self.drop(lent)
        try:
            connection = connect()
        except BaseException:
            self._count_out()
            raise
        return Lent(connection, self._count_out)

    def give(self, lent: Lent) -> None:
        with self._changed:
            if kept := self._open <= self._most:
                self._idle.append((lent, time.monotonic()))
                self._changed.notify()
        if not kept:
            self.drop(lent)

    def drop(self, lent: Lent) -> None:
        """Closes a connection."""
        try:
            lent.connection.close()
        finally:
            lent.end()

    def distrust(self) -> None:
        """Has each idle connection tried before it is lent, however short its pause: another one was lost."""
        with self._changed:
            self._idle = [(lent, -math.inf) for lent, _ in self._idle]

    def close_idle(self) -> None:
        with self._changed:
            idle, self._idle = self._idle, []
        for lent, _ in idle:
            self.drop(lent)

    def _count_out(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify()
