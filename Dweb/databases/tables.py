"""Prepares the database for a server: no other server without Redis has it, no newer version made it, and it is there.

Each function raises CommandError with one sentence for the terminal.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from .sqlite import owner
from .versions import unknown_migrations
from .wrapper import close_idle

MIGRATE_WAIT_SECONDS = 600  # for another server that migrates the same database
MIGRATE_LOCK = "CONCAT('dweb-migrate-', MD5(DATABASE()))"  # SQL; all databases of a server share the names of locks


def prepare() -> None:
    """Locks the database for this process and those that it becomes or starts, and brings its tables up to date."""
    try:
        if connection.vendor == "sqlite":
            _own(Path(connection.settings_dict["NAME"]))
        with _one_at_a_time():
            check_version()
            call_command("migrate", verbosity=0, interactive=False)
    except (DatabaseError, OSError, ImproperlyConfigured) as error:
        raise CommandError(f"The database {_name()} cannot be used: {error}") from None
    finally:
        connection.close()
        close_idle()  # or the server would inherit it


def check_version() -> None:
    """Refuses a database that a newer version has changed: this one would fail at the first message."""
    if unknown := unknown_migrations(connection):
        raise CommandError(
            f"The database {_name()} was changed by a newer version of Dweb, with {unknown[0]}: start that version, or"
            " restore the backup from before the update."
        )


def _name() -> object:
    return connection.settings_dict["NAME"]


def _own(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        owner.lock(str(path), shared=bool(settings.REDIS_URL), wait_seconds=settings.DB_OWNER_SECONDS)
    except owner.InUse:
        raise CommandError(
            f"Another server runs on the database {path}. Two servers share one only if both have the same REDIS_URL:"
            " without Redis, nobody sees who is online at the other one."
        ) from None


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Lets one server at a time migrate a database: MySQL makes tables outside of any transaction."""
    if connection.vendor != "mysql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT GET_LOCK({MIGRATE_LOCK}, %s)", [MIGRATE_WAIT_SECONDS])
        if cursor.fetchone() != (1,):
            raise CommandError(f"Another server has been preparing the database for {MIGRATE_WAIT_SECONDS} seconds.")
        # A table that is altered half-way needs repair by hand: MySQL takes no change of a table back.
        cursor.execute(f"SET lock_wait_timeout={MIGRATE_WAIT_SECONDS}, innodb_lock_wait_timeout={MIGRATE_WAIT_SECONDS}")
        try:
            yield
        finally:
            cursor.execute(f"DO RELEASE_LOCK({MIGRATE_LOCK})")
