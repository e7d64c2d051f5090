"""SQLite's files: the one that a process has opened, and no other; the lock of a server; the size of the -wal file."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from chatproj import databases
from Dweb.databases.sqlite import base, owner, wal
from Dweb.databases.wrapper import close_idle

pytestmark = pytest.mark.once

ALIAS = "file"


@pytest.fixture
def path(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """Of a database with a table, under an alias of its own."""
    path = tmp_path / "chat.sqlite3"
    config = databases.entry(databases.file(path), 3)
    connections.settings[ALIAS] = connections.configure_settings({"default": config})["default"]
    with django_db_blocker.unblock():
        run("CREATE TABLE note (text TEXT)")
        yield path
        connections[ALIAS].close()
        close_idle()
    del connections[ALIAS], connections.settings[ALIAS]


def run(sql: str) -> Any:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_no_thread_gets_a_connection_to_another_file(path: Path) -> None:
    connections[ALIAS].close()
    away = path.rename(path.with_name("away"))
    for _ in range(2):
        with pytest.raises(OperationalError, match="was moved away or replaced"):
            run("SELECT 1")
    assert not path.exists()
    path.write_bytes(away.read_bytes())
    with pytest.raises(OperationalError, match="was moved away or replaced"):
        run("SELECT 1")
    away.rename(path)
    assert run("SELECT 1") == [(1,)]


def test_a_connection_of_the_pool_costs_one_look_at_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    identity = base._identity
    monkeypatch.setattr(base, "_identity", lambda path: looks.append(path) or identity(path))
    for count in (1, 2):
        connections[ALIAS].close()
        assert run("SELECT 1") == [(1,)]
        assert len(looks) == count


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_thread_that_has_a_connection_commits_nothing_to_a_file_that_is_gone(
    path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "CHECK_SECONDS", 0)
    away = path.with_name("away")
    with pytest.raises(OperationalError, match="was moved away or replaced"):  # noqa: PT012 - of both
        if when == "before":
            path.rename(away)
        with transaction.atomic(ALIAS):
            run("INSERT INTO note VALUES ('x') RETURNING text")
            path.rename(away)
    monkeypatch.setattr(base, "CHECK_SECONDS", 600)  # of transactions; this is none
    with pytest.raises(OperationalError, match="was moved away or replaced"):
        run("INSERT INTO note VALUES ('y') RETURNING text")
    away.rename(path)
    assert run("SELECT text FROM note") == ([("x",)] if when == "during" else [])  # CommitUncertain asks for it


HOLD = """
import sys
from Dweb.databases.sqlite import owner
owner.lock(sys.argv[1], shared=sys.argv[2] == "shared", wait_seconds=0)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("theirs", "ours", "refused"), [("alone", False, True), ("alone", True, True), ("shared", True, False)]
)
def test_the_lock_of_a_server(tmp_path: Path, theirs: str, ours: bool, refused: bool) -> None:
    file, link = tmp_path / "a.sqlite3", tmp_path / "b.sqlite3"
    file.touch()
    link.symlink_to(file)
    command = [sys.executable, "-c", HOLD, str(file), theirs]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        if refused:
            with pytest.raises(owner.InUse):
                owner.lock(str(link), shared=ours, wait_seconds=0)
        else:
            owner.lock(str(link), shared=ours, wait_seconds=0)
        other.kill()
    owner.lock(str(link), shared=ours, wait_seconds=10)
    assert (tmp_path / "a.sqlite3-lock").stat().st_mode & 0o777 == 0o600


def test_a_database_without_a_wal_file_has_one_of_no_size() -> None:
    assert wal.size() == 0
