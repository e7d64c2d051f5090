"""Parking: how code waits that runs in a greenlet of the loop, or in a thread of its own, whichever it is.

In the loop's thread the greenlet parks and others go on; any other thread blocks.
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

from greenlet import getcurrent, greenlet

from .loop import Loop, current

T = TypeVar("T")


class Wakeup:
    """Lets a waiter go on once it is set. Any thread may set it; one at a time waits for it."""

    __slots__ = ("_greenlet", "_is_set", "_post", "armed", "due")

    def __init__(self) -> None:
        self._is_set = False
        self._post: Callable[[Callable[[], None]], object] | None = None  # the waiter's, while there is one
        self._greenlet: greenlet | None = None  # the one that is parked here
        self.due = self.armed = math.inf  # the loop's: see Timed

    def set(self) -> None:
        self._is_set = True
        post = self._post
        if post is not None:
            post(self.expire)

    def clear(self) -> None:
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until it is set. False: not within `timeout` seconds."""
        if not self._is_set:
            loop = current()
            deadline = math.inf if timeout is None else time.monotonic() + timeout
            try:
                if loop is None:
                    self._block(deadline)
                else:
                    self._park(loop, deadline)
            finally:
                self._post = None
        return self._is_set

    def expire(self) -> None:
        """Goes on with the greenlet that is parked here, if it still is."""
        if self._greenlet is not None:
            self._greenlet.switch()

    def _park(self, loop: Loop, deadline: float) -> None:
        self._greenlet, self._post, self.due = getcurrent(), loop.post, deadline
        loop.arm(self)
        try:
            while not self._is_set and time.monotonic() < deadline:
                loop.park()
        finally:
            self._greenlet, self.due = None, math.inf

    def _block(self, deadline: float) -> None:
        woken: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._post = woken.put
        while not self._is_set:
            try:
                woken.get(timeout=None if deadline == math.inf else max(0.0, deadline - time.monotonic()))
            except Empty:
                return


def result_of(future: "Future[T]", timeout: float | None = None) -> T:
    """Waits for a result. Raises TimeoutError, or what the future raises."""
    if current() is not None and not future.done():
        done = Wakeup()
        future.add_done_callback(lambda _: done.set())
        if not done.wait(timeout):
            raise TimeoutError
    return future.result(timeout)


def sleep(seconds: float) -> None:
    Wakeup().wait(seconds)


def give_way(always: bool = False) -> None:
    """Lets the loop's other greenlets go on if this one has run for long. Does nothing in a thread of its own."""
    loop = current()
    if loop is not None and (always or loop.tired()):
        turn = Wakeup()
        loop.post(turn.set)
        turn.wait()
