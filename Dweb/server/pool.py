"""The pools that answer requests: a few requests at once, and one more for each that waits for something else.

All threads share the interpreter's lock. A message needs it some fifty times on its way, and each thread that wants it,
too, delays each of these steps. So requests wait in a queue rather than in threads.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from ..parking import loop
from ..parking.wakeup import give_way
from .shortage import note


class Threads(ThreadPoolExecutor):
    """Goes on with the threads that it has while no further one can be started; their queue has the work already."""

    def _adjust_thread_count(self) -> None:
        try:
            super()._adjust_thread_count()
        except RuntimeError as error:
            if not self._threads:
                raise
            note(error)


class Greenlets:
    """Makes each call in a greenlet of the loop."""

    def submit(self, call: Callable[..., Any], *args: Any) -> None:
        loop.get().spawn(partial(call, *args))

    def shutdown(self, wait: bool = True) -> None:
        """Does nothing: the loop ends with the process."""


class Turn:
    """Of one request, to compute."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call


class _Own(threading.local):
    turn: Turn | None = None


class Work(NamedTuple):
    """A request that waits for its turn."""

    future: "Future[Any]"
    call: Callable[..., Any]
    args: tuple[Any, ...]


class RequestPool:
    """Answers in `threads`, or greenlets, of which `at_once` compute.

    A request that waits for something else says so (`paused`). One that does not is found out by tend(): once nothing
    has begun for `turn_seconds`, the next one does. The lock guards the queue and the turns.
    """

    def __init__(self, threads: Threads | Greenlets, at_once: int, turn_seconds: float = math.inf) -> None:
        self._threads = threads
        self._at_once = at_once
        self._turn_seconds = turn_seconds
        self._lock = threading.Lock()
        self._own = _Own()
        self._waiting: deque[Work] = deque()
        self._turns: set[Turn] = set()
        self._begun = 0.0  # when a request has begun last

    def submit(self, call: Callable[..., Any], *args: Any) -> "Future[Any]":
        """Makes a call as soon as it is its turn. Its future can be cancelled until then."""
        work = Work(Future(), call, args)
        with self._lock:
            self._waiting.append(work)
        self._begin()
        return work.future

    def goes_on_with(self, call: Callable[..., Any]) -> bool:
        """True if one of the requests at work makes this call, and the next one that waits, too."""
        with self._lock:
            following = next((work.call for work in self._waiting if not work.future.cancelled()), None)
            return following == call and any(turn.call == call for turn in self._turns)

    def tend(self) -> bool:
        """To be called regularly, as long as the answer is True: some wait."""
        with self._lock:
            waiting = bool(self._waiting)
            if waiting and time.monotonic() - self._begun > self._turn_seconds:
                self._turns.clear()
        self._begin()
        return waiting

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Spans, in a thread of this pool, a wait in which another request has its turn. Elsewhere it does nothing."""
        turn = self._own.turn
        if turn is None:
            yield
            return
        self._end(turn)
        self._begin()
        try:
            yield
        finally:
            with self._lock:
                self._turns.add(turn)  # at once: it has waited already

    def shutdown(self, wait: bool = True) -> None:
        self._threads.shutdown(wait)

    def _begin(self) -> None:
        """Begins what may begin. If no thread can be started at all, raises RuntimeError."""
        while (begun := self._next()) is not None:
            self._threads.submit(self._run, *begun)

    def _next(self) -> tuple[Turn, Work] | None:
        with self._lock:
            while self._waiting and len(self._turns) < self._at_once:
                work = self._waiting.popleft()
                if work.future.set_running_or_notify_cancel():
                    turn = Turn(work.call)
                    self._turns.add(turn)
                    self._begun = time.monotonic()
                    return turn, work
        return None

    def _run(self, turn: Turn, work: Work) -> None:
        """Answers a request, and goes on with the next one that waits: a thread that ends is not idle yet.

        In the loop, others go on between two requests.
        """
        begun: tuple[Turn, Work] | None = (turn, work)
        while begun is not None:
            self._own.turn, work = begun
            try:
                work.future.set_result(work.call(*work.args))
            except BaseException as error:
                work.future.set_exception(error)
            self._end(begun[0])
            give_way(always=True)
            begun = self._next()
        self._own.turn = None
        self._begin()

    def _end(self, turn: Turn) -> None:
        with self._lock:
            self._turns.discard(turn)
