"""A server's database in plain SQL, for what tests put there past the server.

Django has this process's settings here. A process with those of the server takes most of a second of the processor.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import models

LOCK_SECONDS = 60  # the server writes, too

Row = dict[str, Any]


class Database:
    """A transaction in the database of a server with this environment."""

    def __init__(self, env: Mapping[str, str]) -> None:
        url = urlsplit(env.get("DATABASE_URL", ""))
        self._mark = "?"
        if url.scheme == "mysql":
            import MySQLdb

            where = {"host": url.hostname, "port": url.port, "database": url.path[1:]}
            self._connection: Any = MySQLdb.connect(user=url.username, password=url.password, **where)
            self._mark = "%s"
        else:
            path = url.path[1:] if url.scheme else Path(env["VAR_DIR"]) / "dweb.sqlite3"
            self._connection = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level="IMMEDIATE")
        self._cursor = self._connection.cursor()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        self._cursor.execute(sql.format(marks=self._marks(values)), values)
        return list(self._cursor.fetchall())

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Leaves out columns that the table does not have: the server may be that of an older checkout."""
        self._cursor.execute(f"SELECT * FROM `{table}` LIMIT 0")
        known = {column[0] for column in self._cursor.description}
        names = [name for name in rows[0] if name in known]
        columns = ", ".join(f"`{name}`" for name in names)
        sql = f"INSERT INTO `{table}` ({columns}) VALUES ({self._marks(names)})"
        self._cursor.executemany(sql, [tuple(stored(row[name]) for name in names) for row in rows])

    def _marks(self, values: Any) -> str:
        return ", ".join([self._mark] * len(values))

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._connection.commit()
        finally:
            self._connection.close()


def row_of(instance: models.Model) -> Row:
    """The columns of a new row, without its key unless it has one."""
    fields = [field for field in instance._meta.concrete_fields if not field.primary_key or instance.pk is not None]
    return {str(field.column): field.pre_save(instance, True) for field in fields}


def stored(value: object) -> object:
    """As Django writes it into both databases."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return int(value) if isinstance(value, bool) else value
