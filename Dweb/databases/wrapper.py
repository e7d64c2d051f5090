"""The part of an engine's DatabaseWrapper that takes connections from a pool, and turns to write.

Django's wrapper belongs to one thread: it takes a connection when it connects, and gives it back when it closes. Before
it writes, it takes a turn.
"""

import os
import re
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from ..parking.loop import current
from ..parking.precedence import of_commits
from .pool import Lent, Pool
from .turns import Turns

FIRST_SECONDS = 0.2  # in which a thread that goes first waits for its turn; the others' transactions are shorter
KEPT_FOR_READERS = 2  # connections of a pool, if it has so many: one is lent for a long read, as a search may be
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


class Pooled:
    """Gives an engine's DatabaseWrapper a pool of MAX_CONNECTIONS; a thread waits WAIT_SECONDS for one of them.

    A thread that writes has a turn from the beginning of its transaction to the end. It waits LOCK_SECONDS for it
    behind at most MAX_WAITING other threads. A thread with a reserved connection goes first, and without a turn if none
    comes soon: then the one who has it waits itself, for other programs.
    """

    one_writer = False  # at a time, in the whole database: then all pools share one turn

    _lock = threading.Lock()  # guards _pools and _shared
    _pools: dict[tuple[Any, ...], Pool] = {}
    _shared: dict[tuple[Any, ...], Turns] = {}
    _lent: Lent | None = None
    _fresh = True
    _turns: Turns | None = None  # of which this thread has one
    _extra = 0  # connections that this thread may open beyond those of the pool: who has the one turn waits for none

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._execute_in_turn)

    def connect(self) -> None:
        if current() is not None:
            raise RuntimeError("a view in the loop would block all others: ask the database in the query pool")
        super().connect()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._fresh = False

        def connect() -> Any:
            self._fresh = True
            return self.open_connection(conn_params)

        self._lent = self._pool().take(connect, self.is_alive, self._extra)
        return self._lent.connection

    def open_connection(self, conn_params: dict[str, Any]) -> Any:
        """Called if the pool has no idle connection."""
        return super().get_new_connection(conn_params)

    def init_connection_state(self) -> None:
        if self._fresh:
            super().init_connection_state()

    def is_alive(self, connection: Any, idle_seconds: float) -> bool:
        return True

    def is_usable(self) -> bool:
        usable: bool = super().is_usable()
        self.errors_occurred |= not usable  # then it is closed, and not lent again
        return usable

    def before_write(self, in_transaction: bool) -> None:
        """Called before each transaction, and before each statement that writes outside of one."""

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        """Django calls this with `force_begin…` at the beginning of atomic(), and with `autocommit` at its end."""
        if autocommit:
            self._give_turn()
        elif force_begin_transaction_with_broken_autocommit:
            self._take_turn(in_transaction=True)
        try:
            super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        except BaseException:
            self._give_turn()
            raise

    def _execute_in_turn(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Has a statement outside of a transaction defer to the committer; one that writes gets a turn of its own."""
        if self._turns is not None or self.in_atomic_block:
            return execute(sql, params, many, context)
        of_commits.defer()
        if not WRITES.match(sql):
            return execute(sql, params, many, context)
        self._take_turn(in_transaction=False)
        try:
            context["cursor"].cursor = self.create_cursor()  # the connection may be another one than before
            return execute(sql, params, many, context)
        finally:
            self._give_turn()

    def _take_turn(self, in_transaction: bool) -> None:
        turns = self._wait_for_turn()
        self._extra = int(self.one_writer)
        try:
            self.ensure_connection()
            self.before_write(in_transaction)
        except BaseException:
            if turns is not None:
                turns.give()
            raise
        finally:
            self._extra = 0
        self._turns = turns

    def _wait_for_turn(self) -> Turns | None:
        turns = self._pool().turns
        if "POOL" in self.settings_dict:
            return turns if turns.take_first(FIRST_SECONDS) else None
        turns.take(self.close)
        return turns

    def _give_turn(self) -> None:
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.give()

    def _close(self) -> None:
        lent, self._lent = self._lent, None
        try:
            if lent is None:
                super()._close()
            elif self.errors_occurred or self.in_atomic_block or not self.autocommit:
                if self.errors_occurred:
                    distrust_all()
                with self.wrap_database_errors:
                    self._pool().drop(lent)
            else:
                self._pool().give(lent)
        finally:
            self._give_turn()

    def _pool(self) -> Pool:
        settings = self.settings_dict
        names = ("NAME", "HOST", "PORT", "USER", "MAX_CONNECTIONS")
        key = (os.getpid(), settings.get("POOL"), *(settings[name] for name in names))
        with self._lock:
            if key not in self._pools:
                self._pools[key] = Pool(settings["MAX_CONNECTIONS"], settings["WAIT_SECONDS"], self._new_turns())
            return self._pools[key]

    def _new_turns(self) -> Turns:
        settings = self.settings_dict
        most = 1 if self.one_writer else max(1, settings["MAX_CONNECTIONS"] - KEPT_FOR_READERS)
        turns = Turns(most, settings["MAX_WAITING"], settings["LOCK_SECONDS"])
        return self._shared.setdefault((os.getpid(), settings["NAME"]), turns) if self.one_writer else turns


def reserve_connection(name: str) -> None:
    """Gives this thread a connection of its own, beside those of the pool."""
    connection.settings_dict = connection.settings_dict | {"POOL": name, "MAX_CONNECTIONS": 1}


def distrust_all() -> None:
    """Distrusts the pools of this process: a server that ended one connection may have ended those of all."""
    for pool in [*Pooled._pools.values()]:
        pool.distrust()


def close_idle() -> None:
    """Closes the idle connections of this process."""
    for pool in [*Pooled._pools.values()]:
        pool.close_idle()
