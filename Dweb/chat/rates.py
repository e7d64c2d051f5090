"""Rates: a token bucket for each user bounds how often they may act, in this process's memory.

Tokens that were taken here can be counted for other processes, and tokens taken there are spent here.
"""

import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from ..models import User
from ..refusal import Refusal

if TYPE_CHECKING:
    from ..runtime import Runtime

FORGET_ABOVE = 10_000


class Rates:
    """`rate` tokens a second, at most `burst` at once. The lock guards the buckets."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._lock = threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}  # user id to tokens, and when they were counted
        self._taken: dict[int, int] = {}  # since take_counts()
        self._many = FORGET_ABOVE  # with more buckets it is time to forget some

    def take(self, user_id: int) -> float:
        """Takes a token. Returns 0, or the seconds until there is one."""
        now = time.monotonic()
        with self._lock:
            tokens = self._tokens(user_id, now)
            if tokens < 1:
                return (1 - tokens) / self._rate
            self._buckets[user_id] = (tokens - 1, now)
            self._taken[user_id] = self._taken.get(user_id, 0) + 1
            self._forget(now)
        return 0.0

    def take_counts(self) -> dict[int, int]:
        """The tokens that each user took here since the last call."""
        with self._lock:
            taken, self._taken = self._taken, {}
        return taken

    def spend(self, user_id: int, count: int) -> None:
        """Spends tokens that another process gave out; a user may get into debt."""
        now = time.monotonic()
        with self._lock:
            self._buckets[user_id] = (self._tokens(user_id, now) - count, now)
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Once in a while, forgets the users who have all of their tokens."""
        if len(self._buckets) > self._many:
            self._buckets = {u: b for u, b in self._buckets.items() if self._tokens(u, now) < self._burst}
            self._taken = {u: n for u, n in self._taken.items() if u in self._buckets}
            self._many = max(FORGET_ABOVE, 2 * len(self._buckets))

    def _tokens(self, user_id: int, now: float) -> float:
        tokens, at = self._buckets.get(user_id, (self._burst, now))
        return min(self._burst, tokens + (now - at) * self._rate)


def check_rate(runtime: "Runtime", user: User) -> None:
    """Raises Refusal, too_fast, when a user does more than SEND_RATE a second for a while."""
    wait = runtime.rates.take(user.pk)
    if wait:
        detail = _("Too much at once: at most %(rate)s a second. Wait a moment.") % {"rate": f"{settings.SEND_RATE:g}"}
        raise Refusal("too_fast", detail, wait)
