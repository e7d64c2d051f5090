"""Buckets: how often something may happen within a window of time, which begins with the first time.

Django's cache holds the counts: this process's memory, or Redis for all processes. Its expiry ends a window, so that no
server's clock matters.
"""

import hashlib
import math
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

from django.core.cache import cache

IPV6_NETWORK_BITS = 64  # a provider gives each customer at least so many addresses


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


def network_of(address: str) -> str:
    """The address, or of an IPv6 address its network: a customer of a provider has all addresses of one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), IPV6_NETWORK_BITS), strict=False))
