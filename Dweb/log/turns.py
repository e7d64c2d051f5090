"""Turns of requests: few run at once, and messages go first.

All threads share the interpreter's lock, and a message needs it some fifty times on its way: each thread that wants it,
too, delays each of these steps. One lock guards the turns; it is held for dict operations.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class _Own(threading.local):
    has_turn = False


class RequestTurns:
    """At most `most` requests run at once, and none begins while a message is on its way.

    If no turn has been given for `wait_seconds`, those who have one wait for something else, and the next one begins.
    """

    def __init__(self, most: int, wait_seconds: float) -> None:
        self._most = most
        self._wait_seconds = wait_seconds
        self._changed = threading.Condition()
        self._own = _Own()
        self._running: set[int] = set()  # threads that have a turn
        self._messages = 0  # steps of messages: frames, transactions, passes of the writer
        self._given = 0.0  # when the last turn was given

    @contextmanager
    def request(self, writes: bool) -> Iterator[None]:
        """Spans the work on a request, from when it has its turn. One that `writes` may be a message itself."""
        me = threading.get_ident()
        with self._changed:
            while not self._free(writes) and (left := self._given + self._wait_seconds - time.monotonic()) > 0:
                self._changed.wait(left)
            if not self._free(writes):
                self._running.clear()
            self._given = time.monotonic()
            self._running.add(me)
        self._own.has_turn = True
        try:
            yield
        finally:
            self._own.has_turn = False
            self._give_back(me)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Spans, inside request(), a wait for others, in which another request has the turn."""
        if not self._own.has_turn:
            yield
            return
        me = threading.get_ident()
        self._give_back(me)
        try:
            yield
        finally:
            with self._changed:
                self._running.add(me)  # at once: it has waited already

    @contextmanager
    def message(self) -> Iterator[None]:
        """Spans a step of a message, before which no request begins."""
        with self._changed:
            self._messages += 1
        try:
            yield
        finally:
            with self._changed:
                self._messages -= 1
                if not self._messages:
                    self._changed.notify(max(0, self._most - len(self._running)))

    def _free(self, writes: bool = False) -> bool:
        return (writes or not self._messages) and len(self._running) < self._most

    def _give_back(self, me: int) -> None:
        with self._changed:
            self._running.discard(me)
            self._changed.notify()
