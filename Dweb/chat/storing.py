"""Stores a file that has come: its bytes, and then its row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..databases.release import release_connections
from ..files import content, metadata, storage
from ..models import File, FilesAllowed, Leftover, User
from ..refusal import Refusal
from .denials import no_file

if TYPE_CHECKING:
    from ..runtime import Runtime

RETRY_SECONDS = 2


def store(runtime: "Runtime", file: File, path: Path, note: Callable[[], bool]) -> File:
    """Stores the bytes, which stay at `path`, too, and then has the row noted, in one transaction.

    Until both are there, the bytes' name is a leftover. No database connection is held while bytes are read or written.
    """
    stored = storage.new_name()
    release_connections()
    with _turn(runtime), storage.beside(path) as copy:
        _describe(runtime, file, path, copy)
        due = timezone.now() + timedelta(seconds=settings.UNSENT_FILE_SECONDS)
        Leftover.objects.create(stored=stored, due=due)
        release_connections()
        storage.move_in(copy, stored)
    file.stored = stored
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=file.owner_id)  # of two at once, the second one sees the first
            if not note():
                raise no_file()
            Leftover.objects.filter(pk=stored).delete()
    except BaseException:
        Leftover.objects.filter(pk=stored).update(due=timezone.now())
        runtime.files.cleaner.wake()
        raise
    return file


@contextmanager
def _turn(runtime: "Runtime") -> Iterator[None]:
    """Waits until few others look through files. Raises Refusal if many wait: each of them holds a thread."""
    if not runtime.files.waiting.acquire(blocking=False):
        raise Refusal("too_fast", _("Too many files come at once: try again in a moment."), RETRY_SECONDS)
    try:
        with runtime.activity.waiting(), runtime.files.storing:
            yield
    finally:
        runtime.files.waiting.release()


def _describe(runtime: "Runtime", file: File, path: Path, copy: Path) -> None:
    """Looks what has come, and makes the copy that is stored: a picture without what it tells of places and times."""
    found = content.look(path, file.name)
    if not found.is_picture and runtime.place.current.files == FilesAllowed.PICTURES:
        raise Refusal("not_allowed", _("Only pictures can be sent here."))
    file.type, file.width, file.height = found.type, found.width, found.height
    file.preview = File.Preview.WAITING if found.is_picture else File.Preview.NONE
    if found.type in metadata.TYPES:
        metadata.strip(path, copy, found.type)
    else:
        storage.duplicate(path, copy)
    file.size = copy.stat().st_size
