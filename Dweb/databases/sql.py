"""Pieces of SQL that several files write. Runs none."""

from collections.abc import Collection

from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.models.constants import OnConflict

# ER_LOCK_DEADLOCK, ER_CHECKREAD, ER_CONNECTION_KILLED; CR_SERVER_GONE_ERROR, CR_SERVER_LOST
PASSING = {1213, 1020, 1927, 2006, 2013}


def placeholders(values: Collection[object]) -> str:
    """One for each value, as in IN (%s, %s)."""
    return ", ".join(["%s"] * len(values))


def is_passing(error: Error) -> bool:
    """A deadlock, or a connection that was lost: the same statements may well succeed in a new transaction.

    The numbers are MySQL's and MariaDB's. On SQLite, who waits for a lock has waited long enough.
    """
    return connection.vendor == "mysql" and bool(error.args) and error.args[0] in PASSING


def insert(
    table: str, columns: Collection[str], on_conflict: OnConflict | None = None, using: str = DEFAULT_DB_ALIAS
) -> str:
    """The statement for executemany(); with OnConflict.IGNORE, rows that are there already are left as they are."""
    ops = connections[using].ops
    into = f"{ops.insert_statement(on_conflict=on_conflict)} {table}"
    names = ", ".join(map(ops.quote_name, columns))
    return f"{into} ({names}) VALUES ({placeholders(columns)})"
