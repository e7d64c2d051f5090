"""Entries of DATABASES: where a URL leads, with the options that the chat needs there."""

from pathlib import Path

import environ

SQLITE = "Dweb.databases.sqlite"
MYSQL = "Dweb.databases.mysql"
ENGINES = {"django.db.backends.sqlite3": SQLITE, "django.db.backends.mysql": MYSQL}

Place = dict[str, object]  # ENGINE and NAME; of MySQL also USER, PASSWORD, HOST and PORT


def place(url: str) -> Place:
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


def file(path: Path) -> Place:
    """An SQLite database."""
    return {"ENGINE": SQLITE, "NAME": path}


def entry(place: Place, max_connections: int, wait_seconds: float) -> dict[str, object]:
    """The entry of DATABASES for a place."""
    if place["ENGINE"] == SQLITE:
        # WAL lets readers and the committer work side by side; FULL makes a commit survive a power cut;
        # IMMEDIATE takes the write lock at BEGIN, so that the busy timeout applies; secure_delete overwrites
        # what is deleted.
        options: dict[str, object] = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": wait_seconds,
        }
        place = place | {"TEST": {"NAME": ":memory:"}}
    else:
        options = {
            "charset": "utf8mb4",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
            "isolation_level": "read committed",
            "connect_timeout": 5,
            "read_timeout": 60,
            "write_timeout": 60,
        }
    # A thread that waits keeps no connection: it goes back into the pool after every request.
    limits = {"MAX_CONNECTIONS": max_connections, "WAIT_SECONDS": wait_seconds, "CONN_MAX_AGE": 0}
    return place | {"OPTIONS": options} | limits
