"""SQL for several modules, and the database errors after which a transaction may be tried again."""

from collections.abc import Collection, Sequence

from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.models.constants import OnConflict

# ER_LOCK_DEADLOCK, ER_CHECKREAD, ER_CONNECTION_KILLED; CR_SERVER_GONE_ERROR, CR_SERVER_LOST
PASSING = {1213, 1020, 1927, 2006, 2013}


def placeholders(values: Collection[object]) -> str:
    """Returns one placeholder for each value, as in IN (%s, %s)."""
    return ", ".join(["%s"] * len(values))


def is_passing(error: Error) -> bool:
    """True for a deadlock or a lost connection: the same statements may succeed in a new transaction.

    The numbers are MySQL's and MariaDB's. On SQLite a thread that failed to get a lock has waited long enough.
    """
    return connection.vendor == "mysql" and bool(error.args) and error.args[0] in PASSING


def insert_rows(
    table: str,
    columns: Collection[str],
    rows: Sequence[Sequence[object]],
    on_conflict: OnConflict | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Inserts many rows with few statements; with OnConflict.IGNORE, existing rows stay unchanged.

    SQLite's executemany() runs a statement for each row and releases the interpreter's lock each time, which in a busy
    process costs more than the insert. MySQL's driver joins the rows itself.
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
