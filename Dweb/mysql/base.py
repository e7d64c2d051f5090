"""Django's MySQL backend with two rules of ours: a bound on connections, and binary comparison everywhere.

A process opens at most MAX_CONNECTIONS connections; a thread that wants another one waits for a free
place. Tables are utf8mb4 with a binary collation, so that names compare as they do on SQLite: byte by byte.
"""

import threading
import weakref
from typing import Any

from django.db.backends.mysql import base
from django.db.backends.mysql.schema import DatabaseSchemaEditor
from django.db.utils import OperationalError

WAIT_SECONDS = 20  # as long as SQLite's busy timeout


class SchemaEditor(DatabaseSchemaEditor):
    @property
    def sql_create_table(self) -> str:
        # Without padding: trailing blanks count.
        collation = "utf8mb4_nopad_bin" if self.connection.mysql_is_mariadb else "utf8mb4_0900_bin"
        return f"CREATE TABLE %(table)s (%(definition)s) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE {collation}"


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor

    _lock = threading.Lock()  # guards _places
    _places: dict[int, threading.Semaphore] = {}  # by the bound, which is one for a process

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        bound = self.settings_dict["MAX_CONNECTIONS"]
        with self._lock:
            places = self._places.setdefault(bound, threading.Semaphore(bound))
        if not places.acquire(timeout=WAIT_SECONDS):
            raise OperationalError(f"All {bound} database connections of this process are busy (DB_MAX_CONNECTIONS).")
        try:
            connection = super().get_new_connection(conn_params)
        except BaseException:
            places.release()
            raise
        # Bound to the driver's object: the place is free again even if a thread dies without closing.
        self._free_place = weakref.finalize(connection, places.release)
        return connection

    def _close(self) -> None:
        connection = self.connection
        try:
            super()._close()
        finally:
            if connection is not None:
                self._free_place()
