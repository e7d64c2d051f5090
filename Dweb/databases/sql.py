"""SQL that several files write, and what is known of the databases' errors."""

from collections.abc import Collection, Sequence

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


def insert_rows(
    table: str,
    columns: Collection[str],
    rows: Sequence[Sequence[object]],
    on_conflict: OnConflict | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Insert many rows by few statements; with OnConflict.IGNORE, rows that are there already are left as they are.

    SQLite's driver runs a statement a row, and lets other threads in at each: in a busy process that costs more than
    the insert. MySQL's joins the rows itself.
    """
    database = connections[using]
    names = ", ".join(map(database.ops.quote_name, columns))
    into = f"{database.ops.insert_statement(on_conflict=on_conflict)} {table} ({names}) VALUES"
    values = f"({placeholders(columns)})"
    with database.cursor() as cursor:
        if database.vendor == "mysql":
            cursor.executemany(f"{into} {values}", rows)
            return
        most = database.features.max_query_params // len(columns)
        for start in range(0, len(rows), most):
            part = rows[start : start + most]
            cursor.execute(f"{into} {', '.join([values] * len(part))}", [each for row in part for each in row])
