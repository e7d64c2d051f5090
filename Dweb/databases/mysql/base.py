"""Django's MySQL backend with pooled connections and binary comparison.

Tables are utf8mb4 with a binary collation, so that names compare as they do on SQLite: byte by byte.
"""

from typing import Any

from django.db.backends.mysql import base
from django.db.backends.mysql.schema import DatabaseSchemaEditor

from ..wrapper import Pooled, distrust_all

TRUSTED_SECONDS = 1.0  # a connection that was idle for less is used without a ping


class SchemaEditor(DatabaseSchemaEditor):
    @property
    def sql_create_table(self) -> str:
        # These collations do not pad, so trailing blanks count.
        collation = "utf8mb4_nopad_bin" if self.connection.mysql_is_mariadb else "utf8mb4_0900_bin"
        return f"CREATE TABLE %(table)s (%(definition)s) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE {collation}"


class DatabaseWrapper(Pooled, base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor

    def is_alive(self, connection: Any, idle_seconds: float) -> bool:
        """Pings a connection: the server closes connections that are idle for long, and all when it restarts."""
        if idle_seconds < TRUSTED_SECONDS:
            return True
        try:
            connection.ping()
        except self.Database.Error:
            distrust_all()
            return False
        return True
