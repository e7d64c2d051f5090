"""Copies the rows of all tables, a batch at a time, and counts them in both databases.

One thread reads, and writes all rows in one transaction: a copy that is interrupted leaves none behind.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from graphlib import TopologicalSorter
from itertools import islice
from typing import Any, NamedTuple

from django.db import connections, models, transaction

from ..databases.sql import insert_rows
from .ends import INITIAL_ROWS, SOURCE, TARGET, tables

BATCH_ROWS = 1_000  # in memory at once

Model = type[models.Model]
Progress = Callable[[str, int, int], None]  # a table, the rows copied so far, all rows


class Count(NamedTuple):
    """The numbers of a table's rows in the source and in the target."""

    table: str
    source: int
    target: int


class NotEqual(Exception):
    """A table of the target had more or fewer rows than the source's; the transaction was rolled back."""


def copy(progress: Progress) -> list[Count]:
    """Copies all rows unchanged. Raises NotEqual or the database's errors; then the target keeps no row."""
    order = _in_order()
    expected = {model: _count(model, SOURCE) for model in order}
    total, done = sum(expected.values()), 0
    last_ids = _last_ids(order)
    _begin_after(last_ids)
    with transaction.atomic(TARGET):
        _clear()
        for model in order:
            for batch in _batches(model):
                _write(model, batch)
                done += len(batch)
                progress(model._meta.db_table, done, total)
        _store_last_ids(last_ids)
        counts = [Count(model._meta.db_table, expected[model], _count(model, TARGET)) for model in order]
        if wrong := [count for count in counts if count.source != count.target]:
            raise NotEqual(f"{wrong[0].table} has {wrong[0].target:,} rows instead of {wrong[0].source:,}")
    return sorted(counts)


def _clear() -> None:
    """Deletes the rows of `migrate` in SQL: Django's delete() would cascade to rows that another program just made."""
    with connections[TARGET].cursor() as cursor:
        for model in INITIAL_ROWS:
            table = connections[TARGET].ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own name


def _in_order() -> list[Model]:
    """Returns all models, each one after those that it refers to."""
    references = {
        model: {field.related_model for field in model._meta.concrete_fields if field.related_model} - {model}
        for model in tables()
    }
    return [*TopologicalSorter(references).static_order()]


def _count(model: Model, alias: str) -> int:
    return int(model._base_manager.using(alias).count())


def _batches(model: Model) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Reads the source's rows in the order of their keys."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.using(SOURCE).order_by("pk").values_list(*names).iterator(BATCH_ROWS)
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


def _write(model: Model, rows: Sequence[tuple[Any, ...]]) -> None:
    fields, target = model._meta.concrete_fields, connections[TARGET]
    stored = [[field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)] for row in rows]
    insert_rows(model._meta.db_table, [field.column for field in fields], stored, using=TARGET)


# A table's last id is copied, too, though its row may be gone. Direct rooms are named by the ids of users, so no new
# user may get the id of a deleted one.


def _last_ids(order: Sequence[Model]) -> dict[str, int]:
    names = [model._meta.db_table for model in order]
    with connections[SOURCE].cursor() as cursor:
        if connections[SOURCE].vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return {name: seq for name, seq in cursor.fetchall() if name in names}
        found = {}
        for name in names:
            cursor.execute(f"SHOW CREATE TABLE {connections[SOURCE].ops.quote_name(name)}")
            if following := re.search(r"^\).* AUTO_INCREMENT=(\d+)", cursor.fetchall()[0][1], re.MULTILINE):
                found[name] = int(following[1]) - 1
        return found


def _begin_after(last_ids: dict[str, int]) -> None:
    """Sets the last ids on MySQL, before the transaction begins: ALTER TABLE would end it."""
    if connections[TARGET].vendor == "mysql":
        with connections[TARGET].cursor() as cursor:
            for name, last in last_ids.items():
                quoted = connections[TARGET].ops.quote_name(name)
                cursor.execute(f"ALTER TABLE {quoted} AUTO_INCREMENT = {last + 1}")


def _store_last_ids(last_ids: dict[str, int]) -> None:
    """Sets the last ids on SQLite, in the transaction: they are rows of a table."""
    if connections[TARGET].vendor == "sqlite":
        with connections[TARGET].cursor() as cursor:
            cursor.executemany("DELETE FROM sqlite_sequence WHERE name = %s", [(name,) for name in last_ids])
            cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [*last_ids.items()])
