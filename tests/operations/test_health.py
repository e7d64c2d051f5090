"""What admins see of the server."""

import re
from collections import namedtuple
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from Dweb.operations import health
from Dweb.runtime import Runtime

from ..support.server import ROOT

Usage = namedtuple("Usage", "total used free")


def test_the_version_is_the_date_of_the_newest_changes() -> None:
    newest = re.search(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == settings.VERSION


def test_the_database_is_named_and_measured(db: None, live: Runtime) -> None:
    now = health.health(live)
    assert re.fullmatch(r"(SQLite|MariaDB|MySQL) \d+(\.\d+)+", now.database)
    assert (now.database_bytes > 10_000) is (connection.vendor == "mysql")  # the tests' SQLite is in memory
    assert re.fullmatch(r"\d{4}_\w+", now.migration)
    assert (now.unapplied, now.is_well) == (0, True)


def test_a_change_of_the_tables_that_is_missing_is_told(db: None, live: Runtime) -> None:
    newest = health.health(live).migration
    MigrationRecorder(connection).migration_qs.filter(app="Dweb", name=newest).delete()
    now = health.health(live)
    assert now.migration < newest
    assert (now.unapplied, now.is_well) == (1, False)


def test_redis_is_none_or_answers_or_is_away(db: None, live: Runtime, settings: Any) -> None:
    assert health.health(live).redis is None
    settings.REDIS_URL = "redis://127.0.0.1/"
    assert health.health(live).redis is True
    live.bus.healthy = False
    assert health.health(live).redis is False


@pytest.mark.parametrize(("free", "scarce"), [(50, False), (49, True)])
def test_a_disk_that_is_nearly_full_is_told(
    db: None, live: Runtime, monkeypatch: pytest.MonkeyPatch, free: int, scarce: bool
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: Usage(1_000, 1_000 - free, free))
    now = health.health(live)
    assert (now.is_disk_scarce, now.is_well) == (scarce, not scarce)
