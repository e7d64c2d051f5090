"""How often one user may send: a token bucket for each, in this process's memory.

What was taken here can be told to other processes, and what was taken there is missing here.
"""

import threading
import time

FORGET_ABOVE = 10_000


class Rates:
    """`rate` tokens a second, at most `burst` at once. The lock guards the buckets."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._lock = threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}  # user id to tokens, and when there were so many
        self._taken: dict[int, int] = {}  # since take_notes()
        self._many = FORGET_ABOVE  # buckets, above which it is time to forget some

    def take(self, user_id: int) -> float:
        """Take a token. Returns 0, or the seconds until there is one."""
        now = time.monotonic()
        with self._lock:
            tokens = self._tokens(user_id, now)
            if tokens < 1:
                return (1 - tokens) / self._rate
            self._buckets[user_id] = (tokens - 1, now)
            self._taken[user_id] = self._taken.get(user_id, 0) + 1
            self._forget(now)
        return 0.0

    def take_notes(self) -> dict[int, int]:
        """How many tokens each user took here since the last call."""
        with self._lock:
            taken, self._taken = self._taken, {}
        return taken

    def spend(self, user_id: int, count: int) -> None:
        """Another process gave out so many: they are missing here, and may be a debt."""
        now = time.monotonic()
        with self._lock:
            self._buckets[user_id] = (self._tokens(user_id, now) - count, now)
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Once in a while, those who have all of their tokens."""
        if len(self._buckets) > self._many:
            self._buckets = {u: b for u, b in self._buckets.items() if self._tokens(u, now) < self._burst}
            self._taken = {u: n for u, n in self._taken.items() if u in self._buckets}  # nobody may take notes
            self._many = max(FORGET_ABOVE, 2 * len(self._buckets))

    def _tokens(self, user_id: int, now: float) -> float:
        tokens, at = self._buckets.get(user_id, (self._burst, now))
        return min(self._burst, tokens + (now - at) * self._rate)
