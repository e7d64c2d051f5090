"""Previews of pictures, made one by one in a thread of their own, by another process (child, previewer).

A row says how far its preview is. A process takes a picture by an UPDATE, from WAITING to MAKING; if the server ends
meanwhile, the next one tries once more (AGAIN), and no more: a picture that takes the machine down does it twice.
"""

import errno
import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import File as Opened
from django.db import Error

from ..databases.release import release_connections
from ..models import File, Leftover
from ..operations.jobs import attempt
from .child import Child
from .storage import PREVIEW_SIZES, delete, files_storage, has_room, preview_name, reporting

logger = logging.getLogger(__name__)

State = File.Preview
STOP_SECONDS = 2
RETRY_SECONDS = 1
MOST_POSTPONED = 100  # then it is not the files that are to blame


class Previews:
    """The thread and its process. wake() says that a message with pictures is stored; any thread may call it."""

    def __init__(self) -> None:
        self._child = Child()
        self._woken = threading.Event()
        self._stopped = False
        self._interrupted: list[str] = []  # pictures that are not finished, by an earlier process or by this one
        self._postponed: set[str] = set()  # to the next check
        self._served: dict[int, int] = {}  # those whose pictures wait, to the last turn of each
        self._turns = 0
        self._behind = False  # the database was away, or busy
        self._thread = threading.Thread(target=self._run, name="previews", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Ends the process, and waits a moment for the thread: its picture waits for the next server."""
        self._stopped = True
        self._woken.set()
        self._child.kill()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        attempt("previews", self._find_interrupted)
        while not self._stopped:
            attempt("previews", self._make_all)
            woken = self._woken.wait(RETRY_SECONDS if self._behind else settings.PREVIEW_CHECK_SECONDS)
            if not woken and not self._behind:
                self._child.end()  # it holds memory that nobody needs now
                self._postponed.clear()
            self._woken.clear()
        self._child.end()

    def _find_interrupted(self) -> None:
        File.objects.filter(preview=State.AGAIN).update(preview=State.FAILED)
        self._interrupted = [*File.objects.filter(preview=State.MAKING).order_by("-made").values_list("pk", flat=True)]

    def _make_all(self) -> None:
        self._behind = True
        while not self._stopped and len(self._postponed) < MOST_POSTPONED and (file := self._next()):
            try:
                self._make_of(file)
            except OSError:  # the storage is away or full, or no process can be started
                logger.exception("The preview of the file %s has to wait.", file.pk)
                self._postponed.add(file.pk)
        self._behind = False

    def _next(self) -> File | None:
        """A picture that is this process's to make."""
        while self._interrupted:
            if file := _claimed(self._interrupted.pop(), State.MAKING, State.AGAIN):
                return file
        waiting = File.taken().filter(preview=State.WAITING).exclude(pk__in=self._postponed)
        while owners := dict.fromkeys(waiting.order_by("made").values_list("owner", flat=True)):
            # Whoever sends many lets others go first; of several who had no turn, the one who waits longest goes first.
            owner = min(owners, key=lambda each: self._served.get(each, 0))
            first = waiting.filter(owner=owner).order_by("made").values_list("pk", flat=True).first()
            if first and (file := _claimed(first, State.WAITING, State.MAKING)):
                self._turns += 1
                self._served = {each: turn for each, turn in self._served.items() if each in owners}
                self._served[owner] = self._turns
                return file
        return None

    def _make_of(self, file: File) -> None:
        state = State.WAITING  # for the next try, if it is not the picture that is to blame
        try:
            with tempfile.TemporaryDirectory(prefix="dweb-preview-") as folder:
                fault = self._make(file, Path(folder))
            if fault is None:
                state = State.MADE
            elif not self._stopped:
                state = State.FAILED
                logger.warning("There is no preview of the file %s (%s): %r", file.pk, file.type, fault)
        finally:
            self._note(file, state)

    def _note(self, file: File, state: int) -> None:
        try:
            found = File.objects.filter(pk=file.pk).update(preview=state)
        except Error:
            self._interrupted.append(file.pk)
            raise
        if not found:  # it was deleted meanwhile, perhaps before its previews were there
            Leftover.objects.get_or_create(pk=file.stored)  # for the cleaner, if the storage is away just now
            delete(file.stored)
            Leftover.objects.filter(pk=file.stored).delete()

    def _make(self, file: File, folder: Path) -> str | None:
        """Makes and stores the previews; returns None, or why there are none."""
        release_connections()  # it may take minutes
        if not has_room(0):
            raise OSError(errno.ENOSPC, "previews wait until the disk has room")
        made = {size: folder / size for size in PREVIEW_SIZES}
        with reporting(), _local(file.stored, folder) as source:
            if source is None:
                return "no bytes"
            fault = self._child.make(source, made["small"], made["large"])
        if fault is None:
            for size, path in made.items():
                with reporting():
                    _store(path, preview_name(file.stored, size))
        return fault


def _claimed(pk: str, before: int, after: int) -> File | None:
    """The file, if it was this process that changed its state. Another process may try the same at once."""
    changed = File.objects.filter(pk=pk, preview=before).update(preview=after)
    return File.objects.filter(pk=pk).first() if changed else None


@contextmanager
def _local(stored: str, folder: Path) -> Iterator[Path | None]:
    """The path of the bytes, which are copied to the folder if the storage has no paths; None if there are none."""
    storage = files_storage()
    try:
        path = Path(storage.path(stored))
    except NotImplementedError:
        path = folder / "source"
        try:
            with storage.open(stored) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError:
            path = None
    yield path if path and path.is_file() else None


def _store(path: Path, name: str) -> None:
    storage = files_storage()
    storage.delete(name)  # of a first try; a storage gives no name twice
    with path.open("rb") as file:
        if (other := storage.save(name, Opened(file))) != name:  # another process stored it at the same moment
            storage.delete(other)
