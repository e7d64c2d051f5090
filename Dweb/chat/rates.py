"""Rates: a token bucket for each user bounds how much they may do, in this process's memory. prices.py has the prices.

Tokens that were taken here can be counted for other processes, and tokens taken there are spent here.
"""

import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from ..live.client import Client
from ..models import User
from ..parking.wakeup import sleep
from ..refusal import Refusal
from . import prices

if TYPE_CHECKING:
    from ..runtime import Runtime

FORGET_ABOVE = 10_000
SHORT_BYTES = 64 * 1024  # of the log: what people miss in a restart is less
LOOK_SECONDS = 0.5  # a thread that waits for tokens looks so often whether its connection still lives


class Rates:
    """`rate` tokens a second, at most `burst` at once. The lock guards the buckets."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self.burst_seconds = burst / rate  # in which a burst grows
        self._lock = threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}  # user id to tokens, and when they were counted
        self._taken: dict[int, float] | None = None  # since take_counts(), once somebody asks
        self._many = FORGET_ABOVE  # with more buckets it is time to forget some

    def take(self, user_id: int, price: float = 1.0, *, sparing: bool = False) -> float:
        """Takes tokens. Returns 0, or the seconds until there are so many; sparing: until half of the burst is left.

        A price above the burst takes all tokens and more.
        """
        now = time.monotonic()
        needed = min(self._burst, price + self._burst / 2 if sparing else price)
        with self._lock:
            tokens = self._tokens(user_id, now)
            if tokens < needed:
                return (needed - tokens) / self._rate
            self._take(user_id, tokens - price, price, now)
        return 0.0

    def charge(self, user_id: int, price: float) -> None:
        """Takes tokens for what is done already; a user may get into debt."""
        now = time.monotonic()
        with self._lock:
            self._take(user_id, self._tokens(user_id, now) - price, price, now)

    def take_counts(self) -> dict[int, float]:
        """The tokens that each user took here since the last call; the first call begins to count."""
        with self._lock:
            taken, self._taken = self._taken, {}
        return taken or {}

    def spend(self, user_id: int, count: float) -> None:
        """Spends tokens that another process gave out; a user may get into debt."""
        now = time.monotonic()
        with self._lock:
            self._buckets[user_id] = (self._tokens(user_id, now) - count, now)
            self._forget(now)

    def _take(self, user_id: int, left: float, price: float, now: float) -> None:
        self._buckets[user_id] = (left, now)
        if self._taken is not None:
            self._taken[user_id] = self._taken.get(user_id, 0) + price
        self._forget(now)

    def _forget(self, now: float) -> None:
        """Once in a while, forgets the users who have all of their tokens."""
        if len(self._buckets) > self._many:
            self._buckets = {u: b for u, b in self._buckets.items() if self._tokens(u, now) < self._burst}
            if self._taken is not None:
                self._taken = {u: n for u, n in self._taken.items() if u in self._buckets}
            self._many = max(FORGET_ABOVE, 2 * len(self._buckets))

    def _tokens(self, user_id: int, now: float) -> float:
        tokens, at = self._buckets.get(user_id, (self._burst, now))
        return min(self._burst, tokens + (now - at) * self._rate)


def check_rate(runtime: "Runtime", user: User, price: float = prices.MESSAGE) -> None:
    """Takes a price from a user's budget. Raises Refusal, too_fast, if there is not enough in it."""
    wait = runtime.rates.take(user.pk, price)
    if wait:
        detail = _("Too much at once: at most %(rate)s a second. Wait a moment.") % {"rate": f"{settings.SEND_RATE:g}"}
        raise Refusal("too_fast", detail, wait, event="rate_refused")


class ClientBudget:
    """The budget of a client's user, for what the client is sent: it waits rather than being refused."""

    def __init__(self, runtime: "Runtime", client: Client) -> None:
        self._runtime = runtime
        self._client = client
        self._sent = 0  # bytes of the log

    def wait(self, price: float = 0.0, *, sparing: bool = False) -> bool:
        """Takes tokens as soon as there are so many. False: the connection has ended before.

        Sparing lasts only as long as a burst takes to grow: a user who goes on spending would get nothing otherwise.
        """
        user_id, outbox, rates = self._client.user_id, self._client.outbox, self._runtime.rates
        spare_until = time.monotonic() + rates.burst_seconds if sparing else 0.0
        while seconds := rates.take(user_id, price, sparing=time.monotonic() < spare_until):
            if outbox.finished or outbox.gone:
                return False
            with self._runtime.activity.waiting():
                sleep(min(seconds, LOOK_SECONDS))
        return True

    def ready(self) -> bool:
        """Waits until the client may be sent more of the log. Of a long one, half of the burst is left to the user."""
        return self.wait(sparing=self._sent >= SHORT_BYTES)

    def charge(self, size: int) -> None:
        """Takes the price of so many bytes of the log."""
        self._sent += size
        self._runtime.rates.charge(self._client.user_id, size / prices.LOG_BYTES)
