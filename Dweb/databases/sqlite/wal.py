"""The -wal file of SQLite: its size, and the checkpoint that moves its content into the database's file and empties it.

Until then it has the text of deleted messages. A long read keeps it from being emptied, and it grows meanwhile.
"""

import os

from django.db import connection

from ..wrapper import reserve_connection


def size() -> int:
    """The bytes of the -wal file; 0 if there is none, and for other databases."""
    if connection.vendor != "sqlite":
        return 0
    try:
        return os.stat(f"{os.path.realpath(connection.settings_dict['NAME'])}-wal").st_size
    except OSError:
        return 0


def empty(lock_seconds: float) -> bool:
    """Empties the -wal file. False: a reader or a writer was in the way for `lock_seconds`; try again.

    Most of the work is done first by a checkpoint that holds up nobody: the other one keeps writers out. Reserves this
    thread's connection.
    """
    reserve_connection("checkpoints")
    connection.settings_dict["OPTIONS"] = connection.settings_dict["OPTIONS"] | {"timeout": lock_seconds}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone()
    return not busy
