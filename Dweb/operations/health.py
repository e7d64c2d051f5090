"""How the server is: what admins see of it. No secrets, no addresses, no paths."""

import platform
import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from ..databases.sqlite import wal
from ..models import File

if TYPE_CHECKING:
    from ..runtime import Runtime

SCARCE = 0.05  # of a disk: less is free
SIZE = "SELECT SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema = DATABASE()"


@dataclass(frozen=True)
class Health:
    """Sizes are in bytes. `redis` is None without one, else True if it answers and takes what it is given."""

    software: str
    database: str
    database_bytes: int
    migration: str
    unapplied: int
    redis: bool | None
    sockets: int
    online: int
    processes: int
    others: int
    files_bytes: int
    disk_bytes: int
    disk_free: int
    since: datetime

    @property
    def is_disk_scarce(self) -> bool:
        return self.disk_free < SCARCE * self.disk_bytes

    @property
    def is_well(self) -> bool:
        return not self.unapplied and self.redis is not False and not self.is_disk_scarce


def health(runtime: "Runtime") -> Health:
    """The server as it is now; sockets and `since` are those of this process. Asks the database."""
    migration, unapplied = _migrations()
    disk = shutil.disk_usage(settings.VAR_DIR)
    return Health(
        software=f"Dweb {settings.VERSION}, Django {django.get_version()}, Python {platform.python_version()}",
        database=_database(),
        database_bytes=_database_bytes(),
        migration=migration,
        unapplied=unapplied,
        redis=not runtime.degraded if settings.REDIS_URL else None,
        sockets=len(runtime.hub.connections()),
        online=len(runtime.hub.people()),
        processes=settings.WEB_CONCURRENCY,
        others=0 if runtime.peers is None else runtime.peers.count,
        files_bytes=File.promised_bytes(),
        disk_bytes=disk.total,
        disk_free=disk.free,
        since=timezone.now() - timedelta(seconds=time.monotonic() - runtime.metrics.began),
    )


def _database() -> str:
    """Such as SQLite 3.45.1, or MariaDB 11.4.2."""
    connection.ensure_connection()
    name = "MariaDB" if getattr(connection, "mysql_is_mariadb", False) else connection.display_name
    return f"{name} {'.'.join(map(str, connection.get_database_version()))}"


def _database_bytes() -> int:
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return (path.stat().st_size if path.exists() else 0) + wal.size()
    with connection.cursor() as cursor:
        cursor.execute(SIZE)
        return int(cursor.fetchone()[0] or 0)


def _migrations() -> tuple[str, int]:
    """The newest migration of this application that the database has, and how many of all it lacks."""
    loader = MigrationLoader(connection)
    applied = {key for key in loader.applied_migrations if key[0] in loader.migrated_apps}
    newest = max((name for app, name in applied if app == "Dweb"), default="")
    return newest, len(loader.disk_migrations.keys() - applied)
