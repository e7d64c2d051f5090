"""Until when the clients of the front have time."""

import math
import time
from collections.abc import Collection, Iterator

from django.conf import settings

from .connection import Connection, State
from .pace import Pace

SWEEP_SECONDS = 0.5  # between two looks at the deadlines


class Deadlines:
    """Gives connections their deadlines, and finds those whose time is over."""

    def __init__(self) -> None:
        self._patience = math.inf  # the longest time for a client; bounded when the worker stops
        self._next_sweep = 0.0

    def after(self, seconds: float) -> float:
        return time.monotonic() + min(seconds, self._patience)

    def begin_pace(self, conn: Connection) -> None:
        """Begins to measure the speed of a body or an answer."""
        conn.pace = Pace(settings.TRANSFER_MIN_BYTES * settings.TRANSFER_SECONDS, conn.moved())
        conn.deadline = self.after(settings.TRANSFER_SECONDS)

    def expired(self, connections: Collection[Connection]) -> Iterator[Connection]:
        """Yields the connections whose time is over, if it is time to look."""
        now = time.monotonic()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_SECONDS
            for conn in [each for each in connections if each.deadline <= now]:
                if not self._goes_on(conn):
                    yield conn

    def _goes_on(self, conn: Connection) -> bool:
        """Gives a transfer that keeps its speed another window of time."""
        if conn.pace is None or self._patience < math.inf or not conn.pace.keeps_up(conn.moved()):
            return False
        conn.deadline = self.after(settings.TRANSFER_SECONDS)
        return True

    def end_in(self, seconds: float, connections: Collection[Connection]) -> None:
        """Gives clients so much time to complete their requests and to read their answers."""
        self._patience = seconds
        for conn in connections:
            if conn.state is not State.BUSY:
                conn.deadline = min(conn.deadline, self.after(seconds))
