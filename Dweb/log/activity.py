"""Counts the threads of this process that are at work for somebody. Knows nothing of what they do.

One lock guards the count; one thread at a time may wait for the others. Whoever is still at work when such a wait has
lasted its whole time is not waited for again: they may be waiting themselves, for a client who sends or reads nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_quiet = threading.Condition(_lock)
_round = 0  # of those who are counted; those who began in an earlier one are not
_busy = 0
_enough: Callable[[], bool] | None = None  # of the thread that waits for the others, if one does


class _Mine(threading.local):
    round = 0  # in which this thread began its work


_mine = _Mine()


@contextmanager
def at_work() -> Iterator[None]:
    """Around what a thread does for a request or a frame."""
    outer = _mine.round
    _begin()
    try:
        yield
    finally:
        _end()
        _mine.round = outer


@contextmanager
def waiting() -> Iterator[None]:
    """Inside at_work(), around waiting for the thread that may wait for the others."""
    _end()
    try:
        yield
    finally:
        _begin()


def wait_for_others(seconds: float, enough: Callable[[], bool]) -> None:
    """Return once nobody is at work, or `enough()` when somebody has ended; at the latest after so many seconds."""
    global _enough, _round, _busy
    with _quiet:
        _enough = enough
        if not _quiet.wait_for(lambda: _busy <= 0 or enough(), seconds):
            _round += 1
            _busy = 0
        _enough = None


def _begin() -> None:
    global _busy
    with _lock:
        _mine.round = _round
        _busy += 1


def _end() -> None:
    global _busy
    with _lock:
        if _mine.round == _round:
            _busy -= 1
        if _enough is not None and (_busy <= 0 or _enough()):
            _quiet.notify()
