"""Django's SQLite backend with pooled connections (opening one costs more than a usual query), on one file for good."""

import os
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from ..wrapper import Pooled

Identity = tuple[int, int] | None  # a file's device and inode; None: there is no file

CHECK_SECONDS = 0.1  # a check has to get the interpreter's lock back: 3 ms when others want it


class DatabaseWrapper(Pooled, base.DatabaseWrapper):
    """Refuses to work while the path leads to another file than the one that this process has opened first.

    What is written into a file that was moved away is lost to everyone who reads the path. If the file is back, the
    connections, which have it open, are used again; another file needs a new process, whose memory knows nothing yet.
    """

    one_writer = True  # SQLite's own wait looks again after ever longer pauses, and the last who came may be the next

    _files: dict[str, Identity] = {}  # by path, as this process has opened them
    _checked = 0.0  # when this thread has checked the file last

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self.is_in_memory_db():  # it lives as long as its connection
            return base.DatabaseWrapper.get_new_connection(self, conn_params)
        self._check_file()  # first: opening a path that is gone would make a file
        return super().get_new_connection(conn_params)

    def open_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().open_connection(conn_params)
        path = str(self.settings_dict["NAME"])
        self._files.setdefault(path, _identity(path))
        return connection

    def before_write(self, in_transaction: bool) -> None:
        """Checks the file, before a transaction only now and then: it is checked after its commit."""
        if not in_transaction or time.monotonic() - self._checked > CHECK_SECONDS:
            self._check_file()

    def _commit(self) -> None:
        """Checks the file after the commit, too: what went into a file that is gone must not be acknowledged."""
        super()._commit()
        self._check_file()

    def _check_file(self) -> None:
        path = str(self.settings_dict["NAME"])
        if (opened := self._files.get(path)) and _identity(path) != opened:
            raise OperationalError(
                f"{path} was moved away or replaced while this server runs: put the file back, or restart the server."
            )
        self._checked = time.monotonic()


def _identity(path: str) -> Identity:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
