"""Entries of DATABASES: parses a URL, and adds the options that the chat needs."""

import math
from pathlib import Path

import environ

from . import limits

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


def entry(target: Target, max_connections: int) -> dict[str, object]:
    """Returns the entry of DATABASES for a target."""
    if target["ENGINE"] == SQLITE:
        # WAL: readers and the committer work side by side. FULL: a commit survives a power cut. IMMEDIATE: BEGIN
        # takes the write lock, so that the busy timeout applies. secure_delete: deleted rows are overwritten.
        # wal_autocheckpoint: log/checkpoints empties the -wal file; after a long read, the next commit would take
        # seconds to do it. journal_size_limit: SQLite cuts the file back when it begins it anew.
        options: dict[str, object] = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            f" PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit={limits.WAL_MAX_BYTES}",
            "transaction_mode": "IMMEDIATE",
            "timeout": limits.DB_LOCK_SECONDS,
        }
        target = target | {"TEST": {"NAME": ":memory:"}}
    else:
        lock_seconds = math.ceil(limits.DB_LOCK_SECONDS)  # of rows, and of tables
        options = {
            "charset": "utf8mb4",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',"
            f" innodb_lock_wait_timeout={lock_seconds}, lock_wait_timeout={lock_seconds}",
            "isolation_level": "read committed",
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "write_timeout": WRITE_SECONDS,
        }
    # CONN_MAX_AGE 0: a thread gives its connection back to the pool after each request.
    pool = {
        "MAX_CONNECTIONS": max_connections,
        "WAIT_SECONDS": limits.DB_WAIT_SECONDS,
        "LOCK_SECONDS": limits.DB_LOCK_SECONDS,
        "MAX_WAITING": limits.DB_MAX_WAITING,
        "CONN_MAX_AGE": 0,
    }
    return target | {"OPTIONS": options} | pool
