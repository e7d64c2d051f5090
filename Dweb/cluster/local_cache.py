"""Django's cache in this process's memory, on the monotonic clock: nobody waits longer if the clock is set back."""

import time
from contextlib import suppress
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class LocalCache(LocMemCache):
    """Also counts within windows of time, for buckets."""

    def count(self, key: str, delta: int, seconds: float) -> int:
        """Adds to a count and returns it. The first call begins the window, whose end forgets the count."""
        while True:
            self.add(key, 0, seconds)
            with suppress(ValueError):  # the window ended between the two
                return self.incr(key, delta)

    def seconds_left(self, key: str) -> float:
        """The time until a key expires; 0 if there is no such key."""
        expires: float = self._expire_info.get(self.make_and_validate_key(key), 0.0)
        return max(0.0, expires - time.monotonic())

    # Django's own have the time of day here.

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> float | None:
        if timeout == DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else time.monotonic() + timeout

    def _has_expired(self, key: str) -> bool:
        expires = self._expire_info.get(key, 0.0)
        return expires is not None and expires <= time.monotonic()
