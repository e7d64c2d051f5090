"""Counts the threads of this process that may queue drafts soon, so that the committer can gather.

One lock guards the count; one thread at a time may wait for the others. A thread that is still at work when such a wait
has lasted its whole time is not waited for again: it may itself wait, for a client who sends or reads nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from ..parking.loop import current

NOT_AT_WORK = -1


class _Own(threading.local):
    round = NOT_AT_WORK  # in which this thread began its work


class Activity:
    """The threads at work. A wait that times out begins a new round; threads of earlier rounds do not count in it.

    The server's own pool of threads is told of a wait by `paused`.
    """

    def __init__(self) -> None:
        self.paused: Callable[[], AbstractContextManager[object]] = nullcontext
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._own = _Own()
        self._round = 0
        self._busy = 0  # threads that began in this round
        self._enough: Callable[[], bool] | None = None  # of the thread that waits for the others, if one does

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Spans work of a thread that may queue drafts."""
        outer = self._own.round
        self._begin()
        try:
            yield
        finally:
            self._end()
            self._own.round = outer

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Spans a wait for the thread that may wait for the others, or for something else that takes long.

        In the loop a view that waits parks, and the pass that it was part of ends without it.
        """
        if current() is not None:
            yield
            return
        is_at_work = self._own.round != NOT_AT_WORK
        self._end()
        try:
            with self.paused():
                yield
        finally:
            if is_at_work:
                self._begin()

    def wait_for_others(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Returns once no thread is at work or, as a thread ends, `enough()`; at the latest after `seconds`."""
        with self._changed:
            self._enough = enough
            if not self._changed.wait_for(lambda: self._busy <= 0 or enough(), seconds):
                self._round += 1
                self._busy = 0
            self._enough = None

    def _begin(self) -> None:
        with self._lock:
            self._own.round = self._round
            self._busy += 1

    def _end(self) -> None:
        with self._lock:
            if self._own.round == self._round:
                self._busy -= 1
            if self._enough is not None and (self._busy <= 0 or self._enough()):
                self._changed.notify()
