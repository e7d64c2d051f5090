"""The gate: a few at a time come in. While others wait at it, the process keeps to one processor. Knows no chat.

The semaphore bounds who is inside; one lock guards whether the process is narrow. Whoever finds the gate taken makes
it narrow, relax() makes it wide again once nobody has had to wait for a while.

Those who come in hand the interpreter's lock to one another at every step, and to wake a thread on another processor
costs more than the step: a crowd comes in faster on one.
"""

import os
import threading
import time
from collections.abc import Set
from contextlib import suppress

CROWD_SECONDS = 1.0  # without anybody who waits: then the crowd is in


class Gate:
    """A context manager for at most `places` threads at once."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._lock = threading.Lock()
        self._all: Set[int] = frozenset()  # the processors that the process may use, while it is narrow
        self._waited = 0.0  # when somebody had to wait last

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            self._waited = time.monotonic()
            if not self._all:
                self._narrow()
            self._places.acquire()

    def __exit__(self, *error: object) -> None:
        self._places.release()

    def relax(self) -> None:
        """Called regularly."""
        with self._lock:
            if self._all and time.monotonic() - self._waited > CROWD_SECONDS:
                _keep_to(self._all)
                self._all = frozenset()

    def _narrow(self) -> None:
        if not hasattr(os, "sched_setaffinity"):  # not Linux
            return
        with self._lock:
            if not self._all:
                processors = sorted(os.sched_getaffinity(0))
                self._all = frozenset(processors)
                _keep_to({processors[os.getpid() % len(processors)]})  # several processes: each its own


def _keep_to(processors: Set[int]) -> None:
    """All threads of this process, and so those that they will start."""
    left = set(os.listdir("/proc/self/task"))
    done: set[str] = set()
    while left:  # a thread that was started meanwhile may have the old set
        for task in left:
            with suppress(OSError):  # it has ended, or this is not allowed here
                os.sched_setaffinity(int(task), processors)
        done |= left
        left = set(os.listdir("/proc/self/task")) - done
