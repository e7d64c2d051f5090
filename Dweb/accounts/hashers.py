"""The hashes of passwords, of which only so many are computed at once as there are processors.

A thread that must wait holds no database connection. `HASH_QUEUE` threads hash or wait at most, for
`HASH_WAIT_SECONDS`; a request beyond gets 429.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.utils.translation import gettext as _

from ..databases.release import release_connections
from ..refusal import Refusal

RETRY_SECONDS = 2
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Turns:
    """At most `at_once` threads have a turn. A thread that has one gets it again without waiting."""

    def __init__(self, at_once: int, queue: int, seconds: float) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._places = threading.Semaphore(queue)
        self._seconds = seconds
        self._thread = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Raises Refusal, too_fast, if too many threads wait or the wait is too long."""
        if getattr(self._thread, "has_turn", False):
            yield
            return
        if not (self._turns.acquire(blocking=False) or self._wait()):
            detail = _("Too many people sign in just now: try again in a moment.")
            raise Refusal("too_fast", detail, RETRY_SECONDS, event="hashing_refused")
        self._thread.has_turn = True
        try:
            yield
        finally:
            self._thread.has_turn = False
            self._turns.release()

    def _wait(self) -> bool:
        """True once the thread has its turn."""
        if not self._places.acquire(blocking=False):
            return False
        try:
            release_connections()
            return self._turns.acquire(timeout=self._seconds)
        finally:
            self._places.release()


AT_ONCE = min(max(1, PROCESSORS // settings.WEB_CONCURRENCY), settings.HASH_QUEUE)

turns = Turns(AT_ONCE, settings.HASH_QUEUE - AT_ONCE, settings.HASH_WAIT_SECONDS)


class InTurn:
    """Before a hasher of Django's: it hashes in turn."""

    def encode(self, *args: Any, **kwargs: Any) -> str:
        with turns.turn():
            return super().encode(*args, **kwargs)

    def verify(self, *args: Any) -> bool:
        with turns.turn():
            return super().verify(*args)


class Argon2(InTurn, Argon2PasswordHasher):
    """The hash of new passwords, with a small server's parameters from OWASP's Password Storage Cheat Sheet.

    A hash takes 45 ms of a processor and 19 MiB while it is computed, where PBKDF2 took 500 ms. With
    MALLOC_ARENA_MAX=1, a process that hashed 40 passwords on 2 processors held at most 57 MiB more, and 0 to 20 MiB
    afterwards, which the next hash uses.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1


class PBKDF2(InTurn, PBKDF2PasswordHasher):
    """The hash of earlier versions. A sign-in replaces it."""
