"""This process for one test: a runtime of its own, and no threads but the writer's."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.core.cache import cache

from Dweb import runtime
from Dweb.databases import query_pool
from Dweb.runtime import Runtime
from Dweb.ws.views import ViewRun


@contextmanager
def new_runtime() -> Iterator[Runtime]:
    """Replaces the process's runtime for a while: the committer writes in the caller's thread, and no job runs."""
    cache.clear()
    for pool in (query_pool.shared, query_pool.lookups):
        pool.cache_clear()  # their threads keep connections to another test's database
    made = Runtime()
    made.writer.start()
    try:
        with mock.patch.object(runtime, "_runtime", made):
            yield made
    finally:
        made.writer.stop()


@contextmanager
def without_threads() -> Iterator[None]:
    """Sockets' views run in the caller's thread, which sees the test's transaction and keeps its connection."""

    def run(self: ViewRun, start: object) -> object:
        return self._view(self._request)

    with mock.patch.object(ViewRun, "run", run):
        yield
