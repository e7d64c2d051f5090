"""Opens the two databases of a copy, the source read-only, and refuses those that cannot be copied. Copies nothing."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from ..databases.versions import unknown_migrations
from ..databases.wrapper import close_idle
from ..models import LOBBY, Epoch, Room

SOURCE, TARGET = "source", "target"  # their aliases among Django's connections
FLAGS = {SOURCE: "--from", TARGET: "--to"}
TIMEOUT_SECONDS = 3_600  # for an answer of a MySQL server, which may have millions of rows to count

# Tables whose rows `migrate` writes into a new database, and the copy replaces; tables that refer to others come first.
INITIAL_ROWS: tuple[type[models.Model], ...] = (Permission, ContentType, Room, Epoch)

Config = Mapping[str, Any]  # an entry of DATABASES


class NotCopyable(Exception):
    """These databases cannot be copied; the text is the reason. No row was changed."""


@contextmanager
def opened(source: Config, target: Config) -> Iterator[None]:
    """Opens both under their aliases, the source in one snapshot that ends with the block. Raises NotCopyable.

    The source comes first: if it cannot be copied, the target is not even opened.
    """
    if _is_sqlite(source) and not Path(source["NAME"]).is_file():
        raise NotCopyable(f"--from: there is no file {source['NAME']}.")
    if _is_sqlite(source) and _is_sqlite(target) and _same_file(source["NAME"], target["NAME"]):
        raise _same_database()
    for alias, config in ((SOURCE, _read_only(source)), (TARGET, _with_timeouts(target))):
        # Django completes entries where one of them is the default.
        connections.settings[alias] = connections.configure_settings({DEFAULT_DB_ALIAS: config})[DEFAULT_DB_ALIAS]
    try:
        with _usable(SOURCE):
            connections[SOURCE].ensure_connection()
        with transaction.atomic(SOURCE):
            with _usable(SOURCE):
                _take_snapshot()
                _check_source()
            with _usable(TARGET):
                connections[TARGET].ensure_connection()
                if (target_id := _server_id(TARGET)) and target_id == _server_id(SOURCE):
                    raise _same_database()
                _check_target()
            yield
    finally:
        _close()


def prepare() -> None:
    """Brings the target's tables up to date. They still hold no chat: an interrupted copy may be run again."""
    with _usable(TARGET):
        call_command("migrate", database=TARGET, verbosity=0, interactive=False, skip_checks=True)


def tables() -> list[type[models.Model]]:
    """Returns all models with a table, those of many-to-many fields too."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def _is_sqlite(config: Config) -> bool:
    return str(config["ENGINE"]).endswith("sqlite")


def _same_file(one: str, other: str) -> bool:
    return os.path.exists(other) and os.path.samefile(one, other)


def _server_id(alias: str) -> tuple[object, ...] | None:
    """Identifies a database of a MySQL server, however its URL is spelt; None on SQLite."""
    if connections[alias].vendor != "mysql":
        return None
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT @@hostname, @@port, @@datadir, DATABASE()")
        return tuple(cursor.fetchall()[0])


def _same_database() -> NotCopyable:
    return NotCopyable("--from and --to are the same database: name two.")


def _with_timeouts(config: Config) -> dict[str, Any]:
    """Returns a config whose reads and writes may take an hour."""
    if _is_sqlite(config):
        return {**config}
    timeouts = {"read_timeout": TIMEOUT_SECONDS, "write_timeout": TIMEOUT_SECONDS}
    return {**config, "OPTIONS": config["OPTIONS"] | timeouts}


def _read_only(config: Config) -> dict[str, Any]:
    """Returns a config that writes nothing: SQLite opens the file for reading and leaves its journal mode alone."""
    config = _with_timeouts(config)
    options = config["OPTIONS"]
    if _is_sqlite(config):
        name = f"file:{quote(str(Path(config['NAME']).resolve()))}?mode=ro"
        return config | {"NAME": name, "OPTIONS": {"timeout": options["timeout"], "transaction_mode": "DEFERRED"}}
    # The source's server waits while the target stores rows that were read.
    init = f"{options['init_command']}, net_write_timeout = {TIMEOUT_SECONDS}"
    return config | {"OPTIONS": options | {"isolation_level": "repeatable read", "init_command": init}}


def _take_snapshot() -> None:
    """Fixes what this transaction sees of the source. On SQLite, the first query does so, which is the next one."""
    source = connections[SOURCE]
    if source.vendor != "mysql":
        return
    from MySQLdb.cursors import SSCursor

    with source.cursor() as cursor:
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    source.connection.cursorclass = SSCursor  # the usual cursor fetches all rows of a table at once


@contextmanager
def _usable(alias: str) -> Iterator[None]:
    """Turns an error of a database or its driver into one sentence."""
    try:
        yield
    except (DatabaseError, ImproperlyConfigured) as error:
        raise NotCopyable(f"{FLAGS[alias]} cannot be used: {' '.join(str(error).split())}") from None


def _check_source() -> None:
    _check_not_newer(SOURCE)
    executor = MigrationExecutor(connections[SOURCE])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotCopyable("--from is not up to date, or holds no chat: start this version of the server on it once.")


def _check_target() -> None:
    _check_not_newer(TARGET)
    if held := _held():
        raise NotCopyable(
            f"--to is not empty, there are rows in {', '.join(held)}: name a database that holds no chat yet."
        )


def _check_not_newer(alias: str) -> None:
    if unknown := unknown_migrations(connections[alias]):
        raise NotCopyable(f"{FLAGS[alias]} was made by a newer version, with {unknown[0]}: use that one.")


def _held() -> list[str]:
    """Returns the names of the target's tables that have other rows than those of `migrate`."""
    with connections[TARGET].cursor() as cursor:
        made = connections[TARGET].introspection.table_names(cursor)
    beyond = {model: model._base_manager.using(TARGET) for model in tables() if model not in INITIAL_ROWS}
    beyond[Room] = Room.objects.using(TARGET).exclude(name=LOBBY)
    names = {model._meta.db_table: rows for model, rows in beyond.items()}
    return sorted(name for name, rows in names.items() if name in made and rows.exists())


def _close() -> None:
    for made in connections.all(initialized_only=True):
        if made.alias in FLAGS:
            made.close()
            del connections[made.alias]
    for alias in FLAGS:
        del connections.settings[alias]
    close_idle()
