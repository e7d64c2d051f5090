"""The cleaner: deletes the bytes of deleted files at once, and what no message took after a day."""

import logging
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..databases.release import release_connections
from ..models import File, Leftover
from ..operations.jobs import attempt
from . import storage

logger = logging.getLogger(__name__)

AT_ONCE = 100  # files in a transaction


class Cleaner:
    """A thread that cleans when it is woken, and every FILES_SECONDS."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="cleaner", daemon=True).start()

    def wake(self) -> None:
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait(settings.FILES_SECONDS)
            self._woken.clear()
            attempt("cleaner", clean)


def clean() -> None:
    """Deletes what is due."""
    expire()
    _delete_leftovers()
    _delete_incoming()


def expire() -> None:
    """Has files deleted that were made UNSENT_FILE_SECONDS ago and that nothing has."""
    before = timezone.now() - timedelta(seconds=settings.UNSENT_FILE_SECONDS)
    while True:
        with transaction.atomic():
            files = File.loose().select_for_update().filter(made__lt=before)[:AT_ONCE]
            found = list(files)
            Leftover.objects.bulk_create([Leftover(stored=file.stored) for file in found if file.stored])
            File.objects.filter(pk__in=[file.pk for file in found]).delete()
        release_connections()
        if len(found) < AT_ONCE:
            return


def _delete_leftovers() -> None:
    """Deletes bytes, then the row that tells of them: a server that is killed in between does it again."""
    while due := list(Leftover.objects.filter(due__lte=timezone.now()).values_list("pk", flat=True)[:AT_ONCE]):
        for stored in due:
            storage.delete(stored)
        Leftover.objects.filter(pk__in=due).delete()
        release_connections()


def _delete_incoming() -> None:
    """Deletes what servers left that were killed."""
    before = time.time() - settings.UNSENT_FILE_SECONDS
    for path in storage.incoming().iterdir():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
