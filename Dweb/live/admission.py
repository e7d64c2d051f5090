"""The admission limit: how many handshakes and greetings are worked on at once. Knows no chat.

While threads wait for admission, the process is pinned to one processor: threads that are admitted hand the
interpreter's lock to one another at every step, and waking a thread on another processor costs more than the step.
The semaphore bounds the threads inside; one lock guards the pinning. A thread that has to wait pins the process,
unpin() frees it once no thread has had to wait for a while.
"""

import os
import threading
import time
from collections.abc import Set
from contextlib import suppress

CALM_SECONDS = 1.0  # without a thread that had to wait: then the burst is over


class AdmissionLimit:
    """Lets in at most `limit` threads at once. A context manager for those who wait as long as it takes."""

    def __init__(self, limit: int) -> None:
        self._semaphore = threading.BoundedSemaphore(limit)
        self._lock = threading.Lock()
        self._all: Set[int] = frozenset()  # the processors that the process may use, while it is pinned to one
        self._waited = 0.0  # when a thread had to wait last

    def enter(self, timeout: float | None = None) -> bool:
        """Waits for a place, which leave() gives back. False: there was none within `timeout` seconds."""
        if self._semaphore.acquire(blocking=False):
            return True
        self._waited = time.monotonic()
        if not self._all:
            self._pin()
        return self._semaphore.acquire(timeout=timeout)

    def leave(self) -> None:
        self._semaphore.release()

    def __enter__(self) -> None:
        self.enter()

    def __exit__(self, *error: object) -> None:
        self.leave()

    def unpin(self) -> None:
        """Called regularly."""
        with self._lock:
            if self._all and time.monotonic() - self._waited > CALM_SECONDS:
                _pin_to(self._all)
                self._all = frozenset()

    def _pin(self) -> None:
        if not hasattr(os, "sched_setaffinity"):  # not Linux
            return
        with self._lock:
            if not self._all:
                processors = sorted(os.sched_getaffinity(0))
                self._all = frozenset(processors)
                _pin_to({processors[os.getpid() % len(processors)]})  # several processes: each its own


def _pin_to(processors: Set[int]) -> None:
    """Pins all threads of this process, and so the threads that they will start."""
    left = set(os.listdir("/proc/self/task"))
    done: set[str] = set()
    while left:  # a thread that was started meanwhile may have the old set
        for task in left:
            with suppress(OSError):  # it has ended, or this is not allowed here
                os.sched_setaffinity(int(task), processors)
        done |= left
        left = set(os.listdir("/proc/self/task")) - done
