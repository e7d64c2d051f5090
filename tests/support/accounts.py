"""Makes many accounts at once, signed in, in the database of a server that runs.

In plain SQL: Django has this process's settings here. A process with those of the server takes most of a second of the
processor, and nearly every test asks for people.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string

from chatproj import secret_key
from Dweb.accounts.hashers import Argon2
from Dweb.models import User

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


def make(env: Mapping[str, str], count: int, usernames: Sequence[str] = ()) -> list[Row]:
    """Their names are `usernames`, as far as these go. Returns of each their userid, username and session key."""
    secret = env.get("SECRET_KEY") or secret_key.kept_in(Path(env["VAR_DIR"]) / "secret_key")
    with Database(env) as database:
        first = database.rows("SELECT COUNT(*) FROM `user`")[0][0]
        names = [f"person{first + number}" for number in range(count)]
        shown = [*usernames, *(name.title() for name in names[len(usernames) :])]
        pairs = zip(names, shown, strict=True)
        users = [User(account=name, username=username, password=password()) for name, username in pairs]
        database.insert("user", [row_of(user) for user in users])
        ids = dict(database.rows("SELECT account, user_id FROM `user` WHERE account IN ({marks})", names))
        for user in users:
            user.pk = ids[user.account]
        sessions = [session_of(user, secret) for user in users]
        database.insert("django_session", sessions)
    keys = [session["session_key"] for session in sessions]
    return [
        {"userid": user.pk, "username": user.username, "session": key} for user, key in zip(users, keys, strict=True)
    ]


@cache
def password() -> str:
    hasher = Argon2()
    return str(hasher.encode("unused", hasher.salt()))


def row_of(instance: models.Model) -> Row:
    """The columns of a new row, without its key."""
    fields = [field for field in instance._meta.concrete_fields if not field.primary_key]
    return {str(field.column): field.pre_save(instance, True) for field in fields}


def session_of(user: User, secret: str) -> Row:
    """The row of a session that was signed with a server's secret."""
    data = {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
        "_auth_user_hash": user._get_session_auth_hash(secret=secret),
    }
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    signed = signing.dumps(data, key=secret, salt=store.key_salt, serializer=store.serializer, compress=True)
    expires = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return {"session_key": get_random_string(32).lower(), "session_data": signed, "expire_date": expires}


def stored(value: object) -> object:
    """As Django writes it into both databases."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return int(value) if isinstance(value, bool) else value
