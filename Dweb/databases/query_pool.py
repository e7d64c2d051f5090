"""The query pool: the few threads that ask the database for connections that are parked.

The ORM goes deep, and a stack that has grown stays with its thread: a parked thread must not have called it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .release import release_connections, releasing

T = TypeVar("T")


class QueryPool:
    """`threads` threads. Before start() the caller's thread does the work (tests)."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._executor: ThreadPoolExecutor | None = None

    def start(self) -> None:
        self._executor = ThreadPoolExecutor(self._threads, "query")

    def ask(self, work: Callable[[], T]) -> T:
        """Returns what `work`, which reads the database and waits for nothing else, returns in a thread of the pool.

        The caller's connections are released first: if all connections were held by callers, no query could run.
        """
        release_connections()
        if self._executor is None:
            return releasing(work)
        return self._executor.submit(releasing, work).result()
