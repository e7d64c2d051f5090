"""The cleaner: deletes the bytes of deleted files at once, and what no message took after a day."""

import logging
import threading
import time
from contextlib import suppress
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
        """Has leftovers deleted at once."""
        self._woken.set()

    def _run(self) -> None:
        due = 0.0  # at the start, too
        while True:
            if time.monotonic() >= due:
                due = time.monotonic() + settings.FILES_SECONDS
                attempt("cleaner", clean)
            elif self._woken.is_set():
                self._woken.clear()
                attempt("cleaner", delete_leftovers)
            else:
                self._woken.wait(max(0, due - time.monotonic()))


def clean() -> None:
    """Deletes what is due."""
    expire()
    delete_leftovers()
    _delete_incoming()


def expire() -> None:
    """Has files deleted that were made UNSENT_FILE_SECONDS ago and that nothing has.

    They are found without a lock, which others would wait for, and looked at again under it.
    """
    before = timezone.now() - timedelta(seconds=settings.UNSENT_FILE_SECONDS)
    found = list(File.loose().filter(made__lt=before).values_list("pk", flat=True))
    for start in range(0, len(found), AT_ONCE):
        with transaction.atomic():
            File.objects.select_for_update().in_bulk(found[start : start + AT_ONCE])
            files = list(File.loose().filter(pk__in=found[start : start + AT_ONCE]))
            Leftover.objects.bulk_create([Leftover(stored=file.stored) for file in files if file.stored])
            File.objects.filter(pk__in=[file.pk for file in files]).delete()
        release_connections()


def delete_leftovers() -> None:
    """Deletes bytes, then the row that tells of them: a server that is killed in between does it again."""
    while due := list(Leftover.objects.filter(due__lte=timezone.now()).values_list("pk", flat=True)[:AT_ONCE]):
        release_connections()
        deleted = [stored for stored in due if _is_deleted(stored)]
        Leftover.objects.filter(pk__in=deleted).delete()
        later = timezone.now() + timedelta(seconds=settings.FILES_SECONDS)
        Leftover.objects.filter(pk__in={*due} - {*deleted}).update(due=later)
        release_connections()


def _is_deleted(stored: str) -> bool:
    """False: the storage refuses. It is tried again later, and the others are not held up."""
    try:
        storage.delete(stored)
    except OSError:
        logger.exception("The bytes of a deleted file cannot be deleted: %s", stored)
        return False
    return True


def _delete_incoming() -> None:
    """Deletes what servers left that were killed."""
    before = time.time() - settings.UNSENT_FILE_SECONDS
    for path in storage.incoming().iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
