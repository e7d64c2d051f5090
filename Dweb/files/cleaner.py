"""The cleaner: deletes from the storage what no file has any more. One thread; any other one may wake it."""

import threading

from django.conf import settings
from django.core.files.storage import storages

from ..models import Leftover
from ..operations.jobs import attempt


class Cleaner:
    """A file is deleted in a transaction, its bytes once that is committed: a crash between them leaves a Leftover."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="cleaner", daemon=True).start()

    def wake(self) -> None:
        """Has leftovers deleted soon."""
        self._woken.set()

    def clear(self) -> None:
        """Deletes what is left over. Raises the storage's errors and the database's: the rest is for the next time."""
        for left in Leftover.objects.all():
            storages["files"].delete(left.stored)
            left.delete()

    def _run(self) -> None:
        while True:
            self._woken.wait(settings.FILES_SECONDS)
            self._woken.clear()
            attempt("cleaner", self.clear)
