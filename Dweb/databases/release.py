"""Gives a thread's database connections back to the pool, so that a thread that waits holds none."""

from collections.abc import Callable
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def release_connections() -> None:
    """Closes this thread's connections, which returns them to the pool; a connection inside a transaction stays."""
    for each in connections.all(initialized_only=True):
        if not each.in_atomic_block:
            each.close_if_unusable_or_obsolete()


def releasing(work: Callable[[], T]) -> T:
    """Calls `work`, then releases this thread's connections, after an exception too."""
    try:
        return work()
    finally:
        release_connections()
