"""How the database would answer a question: its plan, step by step."""

from typing import Any

from django.db import connection


def explain(sql: str) -> list[dict[str, Any]]:
    """Each step by its columns: on SQLite `detail` tells all, on MariaDB `table`, `type`, `key` and `Extra`."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
