"""The pool of a process's connections to a database: few, kept open, each lent to one thread at a time.

A pool's lock guards its idle connections and the count of open ones; a thread that needs one while all are lent waits
for it. Django's wrapper of a connection belongs to a thread; it takes at its connect and gives back at its close.
"""

import os
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from django.db.utils import OperationalError


class Lent:
    """A connection of the driver's. It is counted out when it is closed, or when its thread died."""

    def __init__(self, connection: Any, count_out: Callable[[], None]) -> None:
        self.connection = connection
        self.end = weakref.finalize(self, count_out)


class Pool:
    """At most `most` connections, for one of which a thread waits `patience` seconds; the last used is lent first."""

    def __init__(self, most: int, patience: float) -> None:
        self._most = most
        self._patience = patience
        self._changed = threading.Condition()  # re-entrant, as a collected connection is counted out at any moment
        self._idle: list[tuple[Lent, float]] = []
        self._open = 0

    def take(self, connect: Callable[[], Any], alive: Callable[[Any, float], bool]) -> Lent:
        """An idle connection that `alive(connection, seconds)` finds good after its idle seconds, or a new one.

        Raises OperationalError when all connections stay lent.
        """
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: self._idle or self._open < self._most, self._patience):
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
            self._idle.append((lent, time.monotonic()))
            self._changed.notify()

    def drop(self, lent: Lent) -> None:
        """Close it."""
        try:
            lent.connection.close()
        finally:
            lent.end()

    def close_idle(self) -> None:
        with self._changed:
            idle, self._idle = self._idle, []
        for lent, _ in idle:
            self.drop(lent)

    def _count_out(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify()


class Pooled:
    """For an engine's DatabaseWrapper: a pool of MAX_CONNECTIONS, for one of which a thread waits WAIT_SECONDS."""

    _lock = threading.Lock()  # guards _pools
    _pools: dict[tuple[Any, ...], Pool] = {}
    _lent: Lent | None = None
    _fresh = True

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._fresh = False

        def connect() -> Any:
            self._fresh = True
            return super(Pooled, self).get_new_connection(conn_params)

        self._lent = self._pool().take(connect, self.is_alive)
        return self._lent.connection

    def init_connection_state(self) -> None:
        if self._fresh:
            super().init_connection_state()

    def is_alive(self, connection: Any, idle_seconds: float) -> bool:
        return True

    def _close(self) -> None:
        lent, self._lent = self._lent, None
        if lent is None:
            super()._close()
        elif self.errors_occurred or self.in_atomic_block or not self.autocommit:
            with self.wrap_database_errors:
                self._pool().drop(lent)
        else:
            self._pool().give(lent)

    def _pool(self) -> Pool:
        settings = self.settings_dict
        key = (os.getpid(), *(settings[name] for name in ("NAME", "HOST", "PORT", "USER", "MAX_CONNECTIONS")))
        with self._lock:
            if key not in self._pools:
                self._pools[key] = Pool(settings["MAX_CONNECTIONS"], settings["WAIT_SECONDS"])
            return self._pools[key]


def close_idle() -> None:
    """Closes the idle connections of this process."""
    for pool in [*Pooled._pools.values()]:
        pool.close_idle()
