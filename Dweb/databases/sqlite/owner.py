"""Locks an SQLite file for a server: without Redis two servers on one file would each see half of the chat.

The lock is on a file of its own: closing the database's file would end SQLite's locks on it.
"""

import fcntl
import os
import time

POLL_SECONDS = 0.1


class InUse(Exception):
    """Another server has the file."""


def lock(path: str, *, shared: bool, wait_seconds: float) -> None:
    """Locks the file for this process and those that it becomes or starts, until the last of them ends.

    Servers that are connected by Redis share the lock. Raises InUse, or OSError.
    """
    file = os.open(f"{os.path.realpath(path)}-lock", os.O_CREAT | os.O_RDWR, 0o600)
    os.set_inheritable(file, True)
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(file)
                raise InUse from None
        time.sleep(POLL_SECONDS)
