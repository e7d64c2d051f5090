"""Django's sessions in the database, looked up in plain SQL, since every request does that, and
deleted in batches once they have expired. A handshake in the loop parks while the database is asked.
"""

import time
from collections.abc import Collection
from functools import partial
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from ..databases.lookup import Lookup
from ..databases.query_pool import ask
from ..databases.release import release_connections
from ..databases.sql import placeholders
from . import sessions

CLEAR_AT_ONCE = 500  # the database is locked for some milliseconds
CLEAR_PAUSE_SECONDS = 0.05  # others write meanwhile

FIND = "SELECT session_key, session_data FROM django_session WHERE session_key IN ({keys}) AND expire_date > %s"


def _find(keys: Collection[str]) -> dict[str, str]:
    """The data of these sessions, without those that have expired."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(keys=placeholders(keys)), [*keys, now])
        return dict(cursor.fetchall())


STORED = Lookup(_find)


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        stored = STORED.find(self.session_key) if self.session_key else None
        if stored is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(stored)
        return data

    def exists(self, session_key: str) -> bool:
        found: bool = ask(partial(super().exists, session_key))
        return found

    def save(self, must_create: bool = False) -> None:
        ask(partial(super().save, must_create))

    def cycle_key(self) -> None:
        """Django's, with what the user sees of the session between the new key and the end of the old one."""
        data, before = self._session, self.session_key
        self.create()
        self._session_cache = data
        if before:
            ask(partial(sessions.follow, before, self.session_key))
            self.delete(before)

    def delete(self, session_key: str | None = None) -> None:
        ask(partial(super().delete, session_key))

    @classmethod
    def clear_expired(cls) -> None:
        """Deletes the expired sessions, without a signal for each: the regular check closes their sockets."""
        stored = cls.get_model_class().objects
        while keys := [*stored.filter(expire_date__lt=timezone.now()).values_list("pk", flat=True)[:CLEAR_AT_ONCE]]:
            stored.filter(pk__in=keys)._raw_delete(stored.db)
            release_connections()
            time.sleep(CLEAR_PAUSE_SECONDS)
        sessions.forget_gone()
