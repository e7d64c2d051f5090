"""Buckets: how often something may happen within a window of time, which begins with the first time.

Django's cache holds the counts: this process's memory, or Redis for all processes. Its expiry ends a window, so that no
server's clock matters.
"""

import hashlib
import math
from typing import NamedTuple

from django.core.cache import cache


class Bucket(NamedTuple):
    """`limit` times in `seconds`. The name says what is counted, and for which address, account or user."""

    name: str
    limit: int
    seconds: float

    def wait(self) -> int:
        """0 if there is room, otherwise the seconds until the window ends."""
        return 0 if cache.get(key(self.name), 0) < self.limit else seconds_left(self.name)

    def take(self) -> int:
        """Counts one more and returns 0; if the bucket is full, returns the seconds until the window ends."""
        if cache.count(key(self.name), 1, self.seconds) <= self.limit:
            return 0
        self.give_back()
        return seconds_left(self.name)

    def give_back(self) -> None:
        cache.count(key(self.name), -1, self.seconds)


def key(name: str) -> str:
    """The key of a name in the cache: names have any characters, and any length."""
    return f"bucket-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()}"


def seconds_left(name: str) -> int:
    return max(1, math.ceil(cache.seconds_left(key(name))))
