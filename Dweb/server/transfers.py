"""Large bodies on their way into files: read in turns, and together no faster than leaves time for messages."""

import math
import time
from collections.abc import Callable
from itertools import islice

from .connection import Connection
from .spool import Spool

READS_AT_ONCE = 2  # before the other connections are looked at: each read waits for the interpreter's lock, twice
BURST_SECONDS = 0.01  # in which the loop wakes up a few times; what it could have read before is not made up for


class Transfers:
    """Connections of which a part of a large body can be read. The loop's thread owns them.

    `read` reads once from a connection. All together get `bytes_per_second`.
    """

    def __init__(self, read: Callable[[Connection], None], bytes_per_second: int) -> None:
        self._read = read
        self._bytes_per_second = bytes_per_second
        self._waiting: dict[Connection, Spool] = {}  # in the order of their turns
        self._left = 0.0  # bytes that may be read now; less than none after a read that was larger
        self._earned_at = 0.0

    def add(self, conn: Connection, spool: Spool) -> None:
        """A part of this spool's body can be read from this connection."""
        self._waiting[conn] = spool

    def discard(self, conn: Connection) -> None:
        self._waiting.pop(conn, None)

    def seconds_left(self) -> float:
        """The seconds that the loop may wait before take_turns()."""
        if not self._waiting:
            return math.inf
        return max(0.0, -self._left / self._bytes_per_second)

    def take_turns(self) -> None:
        """Reads from the first ones, as far as their speed allows."""
        now = time.monotonic()
        earned = (now - self._earned_at) * self._bytes_per_second
        self._left = min(self._left + earned, BURST_SECONDS * self._bytes_per_second)
        self._earned_at = now
        for conn, spool in [*islice(self._waiting.items(), READS_AT_ONCE)]:
            if self._left <= 0:
                return
            del self._waiting[conn]
            before = spool.come
            self._read(conn)
            self._left -= spool.come - before
