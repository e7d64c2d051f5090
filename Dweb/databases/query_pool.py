"""The query pool: a few threads that do for views in the loop what blocks, such as to query the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.db.utils import OperationalError
from django.utils import translation

from ..parking.loop import current
from ..parking.wakeup import result_of
from .release import releasing

T = TypeVar("T")

LOOKUP_THREADS = 2  # of each kind one query runs at a time


class QueryPool:
    """A pool of threads."""

    def __init__(self, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, "query")  # which start when they are needed

    def ask(self, work: Callable[[], T], timeout: float | None = None) -> T:
        """Calls `work` and returns its result: from the loop in a thread of the pool, else in the caller's own.

        The view parks meanwhile, for `timeout` seconds at most: then OperationalError is raised. `work` waits for
        nothing but the database.
        """
        if current() is None:
            return work()
        asked = self._executor.submit(copy_context().run, _speaking, translation.get_language(), work)
        try:
            return result_of(asked, timeout)
        except TimeoutError:
            if asked.done() and not asked.cancelled():
                raise  # of the work itself
            asked.cancel()
            raise OperationalError("The database has not answered in time.") from None


@cache
def shared() -> QueryPool:
    """This process's pool, made on first use: a server may fork before."""
    return QueryPool(settings.DB_MAX_CONNECTIONS)


@cache
def lookups() -> QueryPool:
    """This process's pool for lookups: in the other one, who writes may wait for a turn."""
    return QueryPool(LOOKUP_THREADS)


def ask(work: Callable[[], T]) -> T:
    """Calls `work` and returns its result: from the loop in a thread of this process's pool."""
    return shared().ask(work)


def _speaking(language: str | None, work: Callable[[], T]) -> T:
    """Calls `work` in a language: Django's copy of it is not for other threads."""
    with translation.override(language):
        return releasing(work)
