"""Entries of DATABASES: parses a URL, and adds the options that the chat needs."""

from pathlib import Path

import environ

SQLITE = "Dweb.databases.sqlite"
MYSQL = "Dweb.databases.mysql"
ENGINES = {"django.db.backends.sqlite3": SQLITE, "django.db.backends.mysql": MYSQL}

# For a MySQL server that does not answer. A connection takes milliseconds; a proxy gives up after 60 seconds, too.
CONNECT_SECONDS = 5
READ_SECONDS = WRITE_SECONDS = 60

Target = dict[str, object]  # ENGINE and NAME; of MySQL also USER, PASSWORD, HOST and PORT


def parse_url(url: str) -> Target:
    """Parses sqlite:///path or mysql://user:password@host:port/name. Raises ValueError for anything else."""
    unknown = ValueError("must be sqlite:///path or mysql://user:password@host:port/name")
    if not url.startswith(("sqlite:///", "mysql://")):
        raise unknown
    try:
        found = environ.Env.db_url_config(url)
    except ValueError as error:
        raise ValueError(f"cannot be read: {error}") from None
    if found["NAME"] in ("", ":memory:"):
        raise unknown
    return found | {"ENGINE": ENGINES[found["ENGINE"]]}


def file(path: Path) -> Target:
    """Returns the target for an SQLite file."""
    return {"ENGINE": SQLITE, "NAME": path}


def entry(target: Target, max_connections: int, wait_seconds: float) -> dict[str, object]:
    """Returns the entry of DATABASES for a target."""
    if target["ENGINE"] == SQLITE:
        # WAL: readers and the committer work side by side. FULL: a commit survives a power cut. IMMEDIATE: BEGIN
        # takes the write lock, so that the busy timeout applies. secure_delete: deleted rows are overwritten.
        options: dict[str, object] = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": wait_seconds,
        }
        target = target | {"TEST": {"NAME": ":memory:"}}
    else:
        options = {
            "charset": "utf8mb4",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
            "isolation_level": "read committed",
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "write_timeout": WRITE_SECONDS,
        }
    # CONN_MAX_AGE 0: a thread gives its connection back to the pool after each request.
    limits = {"MAX_CONNECTIONS": max_connections, "WAIT_SECONDS": wait_seconds, "CONN_MAX_AGE": 0}
    return target | {"OPTIONS": options} | limits
