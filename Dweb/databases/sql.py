"""Pieces of SQL that several files write. Runs none."""

from collections.abc import Collection

from django.db import connection
from django.db.models.constants import OnConflict


def placeholders(values: Collection[object]) -> str:
    """One for each value, as in IN (%s, %s)."""
    return ", ".join(["%s"] * len(values))


def insert(table: str, columns: Collection[str], on_conflict: OnConflict | None = None) -> str:
    """The statement for executemany(); with OnConflict.IGNORE, rows that are there already are left as they are."""
    into = f"{connection.ops.insert_statement(on_conflict=on_conflict)} {table}"
    names = ", ".join(map(connection.ops.quote_name, columns))
    return f"{into} ({names}) VALUES ({placeholders(columns)})"
