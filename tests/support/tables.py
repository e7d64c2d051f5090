"""An empty chat's tables for a new server.

The migrations would take half a second of the processor each time, and in MariaDB several seconds of the disk.
"""

import atexit
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from .mariadb import connected, create_database

ROOT = Path(__file__).resolve().parents[2]


def lay(path: Path) -> None:
    """Makes an SQLite file, with an epoch of its own."""
    with closing(sqlite3.connect(_made())) as made, closing(sqlite3.connect(path)) as new:
        made.backup(new)
        with new:
            new.execute("UPDATE epoch SET value = ?", [secrets.token_hex(8)])
    path.chmod(0o600)


def lay_in_mariadb(url: str) -> None:
    """Makes the tables in the empty database of a mysql:// URL, with an epoch of its own."""
    server, name = url.rsplit("/", 1)
    model, tables = _made_in_mariadb(server)
    with connected(url) as cursor:
        cursor.execute("SET foreign_key_checks = 0")
        for table, sql in tables.items():
            cursor.execute(sql)
            cursor.execute(f"INSERT INTO `{name}`.`{table}` SELECT * FROM `{model}`.`{table}`")
        cursor.execute("UPDATE epoch SET value = %s", [secrets.token_hex(8)])


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="dweb-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(folder)
    return folder / "dweb.sqlite3"


@cache
def _made_in_mariadb(server: str) -> tuple[str, dict[str, str]]:
    """The name of a database that has them, and the statement that makes each."""
    name = f"dweb_tables_{secrets.token_hex(8)}"
    create_database(f"{server}/{name}")
    with tempfile.TemporaryDirectory() as folder:
        _migrate(Path(folder), DATABASE_URL=f"{server}/{name}")
    with connected(f"{server}/{name}") as cursor:
        cursor.execute("SHOW TABLES")
        made = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SHOW CREATE TABLE `{table}`")
            made[table] = cursor.fetchone()[1]
    return name, made


def _migrate(var: Path, **given: str) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=env | {"VAR_DIR": str(var)} | given, check=True)
