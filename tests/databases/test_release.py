"""Giving connections back to the pool, from threads that have one and from threads that have none."""

import pytest
from django.db import connections

from Dweb.databases.release import release_connections

from ..support.waiting import in_thread

pytestmark = pytest.mark.once


def test_a_thread_without_a_connection_releases_none_and_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's object for one is made when it is looked at, and is a cycle that only the garbage collector takes."""
    made: list[str] = []
    monkeypatch.setattr(connections, "create_connection", made.append)
    in_thread(release_connections).result(10)
    assert made == []
