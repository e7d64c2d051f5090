"""Pieces of SQL that several files write. Runs none."""

from collections.abc import Collection

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.constants import OnConflict


def placeholders(values: Collection[object]) -> str:
    """One for each value, as in IN (%s, %s)."""
    return ", ".join(["%s"] * len(values))


def insert(
    table: str, columns: Collection[str], on_conflict: OnConflict | None = None, using: str = DEFAULT_DB_ALIAS
) -> str:
    """The statement for executemany(); with OnConflict.IGNORE, rows that are there already are left as they are."""
    ops = connections[using].ops
    into = f"{ops.insert_statement(on_conflict=on_conflict)} {table}"
    names = ", ".join(map(ops.quote_name, columns))
    return f"{into} ({names}) VALUES ({placeholders(columns)})"
