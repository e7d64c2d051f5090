"""Django's SQLite backend with pooled connections: opening one costs more than a usual query."""

from typing import Any

from django.db.backends.sqlite3 import base

from ..pool import Pooled


class DatabaseWrapper(Pooled, base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self.is_in_memory_db():  # it lives as long as its connection
            return base.DatabaseWrapper.get_new_connection(self, conn_params)
        return super().get_new_connection(conn_params)
