"""Django's sessions in the database, looked up in plain SQL, since every request does that, and
deleted in batches once they have expired.
"""

import time
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from ..databases.release import release_connections

CLEAR_AT_ONCE = 500  # the database is locked for some milliseconds
CLEAR_PAUSE_SECONDS = 0.05  # others write meanwhile

FIND = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(FIND, [self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(row[0])
        return data

    @classmethod
    def clear_expired(cls) -> None:
        """Deletes the expired sessions, without a signal for each: the regular check closes their sockets."""
        sessions = cls.get_model_class().objects
        while keys := [*sessions.filter(expire_date__lt=timezone.now()).values_list("pk", flat=True)[:CLEAR_AT_ONCE]]:
            sessions.filter(pk__in=keys)._raw_delete(sessions.db)
            release_connections()
            time.sleep(CLEAR_PAUSE_SECONDS)
