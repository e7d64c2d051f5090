"""Counts the threads of this process that are at work for somebody. Knows nothing of what they do.

One lock guards the count; one thread at a time may wait for the others.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_quiet = threading.Condition(_lock)
_busy = 0
_enough: Callable[[], bool] | None = None  # of the thread that waits for the others, if one does


@contextmanager
def at_work() -> Iterator[None]:
    """Around what a thread does for a request or a frame."""
    _count(1)
    try:
        yield
    finally:
        _count(-1)


@contextmanager
def waiting() -> Iterator[None]:
    """Inside at_work(), around waiting for the thread that may wait for the others."""
    _count(-1)
    try:
        yield
    finally:
        _count(1)


def wait_for_others(seconds: float, enough: Callable[[], bool]) -> None:
    """Return once nobody is at work, or `enough()` when somebody has ended; at the latest after so many seconds."""
    global _enough
    with _quiet:
        _enough = enough
        _quiet.wait_for(lambda: _busy <= 0 or enough(), seconds)
        _enough = None


def _count(change: int) -> None:
    global _busy
    with _lock:
        _busy += change
        if _enough is not None and (_busy <= 0 or _enough()):
            _quiet.notify()
