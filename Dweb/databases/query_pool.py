"""The query pool: a few threads that query the database for connections that are parked.

A stack that the ORM has grown stays with its thread, so a thread that will be parked does not call the ORM itself.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .release import release_connections, releasing

T = TypeVar("T")


class QueryPool:
    """A pool of threads. Before start(), in tests, the caller's thread does the work."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._executor: ThreadPoolExecutor | None = None

    def start(self) -> None:
        self._executor = ThreadPoolExecutor(self._threads, "query")

    def ask(self, work: Callable[[], T]) -> T:
        """Calls `work` in a thread of the pool and returns its result. `work` waits for nothing but the database.

        The caller's connections are released first: if callers held all connections, no query could run.
        """
        release_connections()
        if self._executor is None:
            return releasing(work)
        return self._executor.submit(releasing, work).result()
