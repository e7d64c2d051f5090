"""Counts the threads of this process that may queue drafts soon, so that the committer can gather.

One lock guards the count; one thread at a time may wait for the others. A thread that is still at work when such a wait
has lasted its whole time is not waited for again: it may itself wait, for a client who sends or reads nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from .loop import current

NOT_AT_WORK = -1


class _Own(threading.local):
    round = NOT_AT_WORK  # in which this thread began its work
    has_waited = False  # since its request began


class Activity:
    """The threads at work. A wait that times out begins a new round; threads of earlier rounds do not count in it.

    The server's own pool of threads is told of a wait by `paused`, and tells with `coming` that one such request
    follows another at once.
    """

    def __init__(self) -> None:
        self.paused: Callable[[], AbstractContextManager[object]] = nullcontext
        self.coming: Callable[[], bool] = lambda: False
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._own = _Own()
        self._round = 0
        self._busy = 0  # threads that began in this round
        self._drafts_come = False  # the last request has queued one
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
    def at_request(self) -> Iterator[None]:
        """Spans a request that may queue a draft. If it does not, those that follow it are not waited for, either."""
        self._own.has_waited = False
        with self.at_work():
            try:
                yield
            finally:
                self._drafts_come = self._own.has_waited

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Spans a wait for the thread that may wait for the others, or for something else that takes long.

        In the loop a view that waits parks, and the pass that it was part of ends without it.
        """
        if current() is not None:
            yield
            return
        is_at_work = self._own.round != NOT_AT_WORK
        if is_at_work:
            self._own.has_waited = self._drafts_come = True
        self._end()
        try:
            with self.paused():
                yield
        finally:
            if is_at_work:
                self._begin()

    def wait_for_others(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Returns once no thread is at work and no work follows or, as a thread ends, `enough()`.

        At the latest it returns after `seconds`.
        """
        with self._changed:
            self._enough = enough
            if not self._changed.wait_for(lambda: self._is_idle() or enough(), seconds):
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
            if self._enough is not None and (self._is_idle() or self._enough()):
                self._changed.notify()

    def _is_idle(self) -> bool:
        return self._busy <= 0 and not (self._drafts_come and self.coming())
