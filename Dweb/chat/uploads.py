"""Uploads: what people may send, how much of it, and how a file comes, whole or in pieces."""

import fcntl
from collections.abc import Callable, Iterable
from datetime import timedelta
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from ..files import content, metadata, storage
from ..files.names import clean_name
from ..models import Attachment, File, FilesAllowed, Leftover, User
from ..refusal import Refusal
from . import prices
from .denials import no_file
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

FORM_BYTES = 16 * 1024  # of a multipart body, beside the file
RETRY_SECONDS = 2


def admit(runtime: "Runtime", user: User, size: int) -> Callable[[], None]:
    """Lets a body of so many bytes come. Returns what is to be called at its end. Raises Refusal."""
    check_rate(runtime, user, prices.UPLOAD)
    _check_allowed(runtime)
    _check_size(size - FORM_BYTES)
    _check_quotas(user, size)
    return _slot(runtime, user)


def admit_piece(runtime: "Runtime", user: User, size: int) -> Callable[[], None]:
    """Lets a piece of so many bytes come, of a file that counts already. Returns and raises what admit() does."""
    check_rate(runtime, user, prices.PIECE)
    if size > settings.FILE_PIECE_BYTES:
        raise too_much()
    if not storage.has_room(size):
        raise _no_room()
    return _slot(runtime, user)


def keep(runtime: "Runtime", user: User, name: str, path: Path) -> File:
    """Stores a file that has come as `path`, which is gone then. Raises Refusal; then nothing is stored."""
    file = File(owner=user, name=clean_name(name), size=path.stat().st_size)
    _check_allowed(runtime)
    _check_size(file.size)
    _check_quotas(user, file.size)
    return _store(runtime, file, path)


def begin(runtime: "Runtime", user: User, name: str, size: int) -> File:
    """Begins an upload in pieces. Raises Refusal."""
    check_rate(runtime, user, prices.UPLOAD)
    _check_allowed(runtime)
    _check_size(size)
    if not size:
        raise Refusal("bad_input", _("This file is empty: send it whole."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # of two at once, the second one sees the first
        _check_quotas(user, size)
        if File.objects.filter(owner=user, stored="").count() >= settings.UNFINISHED_UPLOADS:
            raise Refusal("too_fast", _("Too many uploads are unfinished: complete or discard one."), RETRY_SECONDS)
        return File.objects.create(owner=user, name=clean_name(name), size=size)


def add_piece(runtime: "Runtime", user: User, file_id: str, offset: int, pieces: Iterable[bytes]) -> tuple[File, int]:
    """Adds bytes to an upload. Returns its file, and how many bytes have come. Raises Refusal, conflict among them."""
    file = _unfinished(user, file_id)
    path = _coming(file)
    with path.open("ab", buffering=0) as coming:
        try:
            fcntl.flock(coming, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _conflict(_size_of(path)) from None
        come = _size_of(path)
        if come != offset:
            raise _conflict(come)
        come += _append(coming, pieces, offset, file.size)
        if come == file.size:
            file = _store(runtime, _unfinished(user, file_id), path)
    return file, come


def state(runtime: "Runtime", user: User, file_id: str) -> tuple[File, int]:
    """One's own file, and how many of its bytes have come. Raises Refusal.

    If all have come and it was not stored, as when the server was killed, it is stored now.
    """
    file = File.objects.filter(pk=file_id, owner=user).first()
    if file is None:
        raise no_file()
    if file.stored:
        return file, file.size
    come = _size_of(_coming(file))
    return (file, come) if come < file.size else add_piece(runtime, user, file_id, come, ())


def discard(runtime: "Runtime", user: User, file_id: str) -> None:
    """Forgets a file of one's own that is in no message. Raises Refusal."""
    with transaction.atomic():
        file = File.objects.select_for_update().filter(pk=file_id, owner=user).first()
        if file is None or Attachment.objects.filter(file=file).exists():
            raise no_file()
        forget(file)
    runtime.files.cleaner.wake()


def forget(file: File) -> None:
    """Deletes a file's row, and has its bytes deleted, in the caller's transaction."""
    if file.stored:
        Leftover.objects.create(stored=file.stored)
    else:
        _coming(file).unlink(missing_ok=True)
    file.delete()


def used(user: User) -> int:
    """The bytes of a user's files."""
    return File.objects.filter(owner=user).aggregate(sum=Sum("size"))["sum"] or 0


def _store(runtime: "Runtime", file: File, path: Path) -> File:
    """Stores the bytes, and then the row. Until both are there, the bytes' name is a leftover."""
    found = content.look(path, file.name)
    if not found.is_picture and runtime.place.current.files == FilesAllowed.PICTURES:
        path.unlink()
        raise Refusal("not_allowed", _("Only pictures can be sent here."))
    file.type, file.width, file.height = found.type, found.width, found.height
    if found.is_picture:
        file.preview = File.Preview.WAITING
    if found.type in metadata.TYPES:
        path = _stripped(path, found.type)
        file.size = path.stat().st_size
    stored = storage.new_name()
    due = timezone.now() + timedelta(seconds=settings.UNSENT_FILE_SECONDS)
    Leftover.objects.create(stored=stored, due=due)
    storage.move_in(path, stored)
    with transaction.atomic():
        file.stored = stored
        file.save()
        Leftover.objects.filter(pk=stored).delete()
    return file


def _stripped(path: Path, kind: str) -> Path:
    """A picture without what it tells of its place and time; the one before is gone."""
    clean = path.with_suffix(".clean")
    metadata.strip(path, clean, kind)
    path.unlink()
    return clean


def _append(coming: FileIO, pieces: Iterable[bytes], before: int, most: int) -> int:
    """Adds a piece whole or not at all: what a client sends again begins where it began. Returns its bytes."""
    added = 0
    try:
        for piece in pieces:
            if before + added + len(piece) > most:
                raise Refusal("too_large", _("More came than this file has."))
            rest = memoryview(piece)
            while rest:
                rest = rest[coming.write(rest) :]
            added += len(piece)
    except BaseException:
        coming.truncate(before)
        raise
    return added


def _unfinished(user: User, file_id: str) -> File:
    file = File.objects.filter(pk=file_id, owner=user, stored="").first()
    if file is None:
        raise no_file()
    return file


def _coming(file: File) -> Path:
    """What has come of an upload in pieces."""
    return storage.incoming() / f"{file.pk}.part"


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _conflict(offset: int) -> Refusal:
    told = {"offset": offset}
    return Refusal("conflict", _("This upload goes on at byte %(offset)d.") % told, told=told)


def too_much() -> Refusal:
    return Refusal("too_large", _("A piece has at most %(most)d bytes.") % {"most": settings.FILE_PIECE_BYTES})


def _slot(runtime: "Runtime", user: User) -> Callable[[], None]:
    end = runtime.files.uploads.take(user.pk)
    if end is None:
        raise Refusal("too_fast", _("Too many uploads at once: this one can come when another is done."), RETRY_SECONDS)
    return end


def _no_room() -> Refusal:
    return Refusal("no_space", _("There is no room for more files here. Messages without files go on."))


def _check_allowed(runtime: "Runtime") -> None:
    if runtime.place.current.files == FilesAllowed.NOTHING:
        raise Refusal("forbidden", _("Files cannot be sent here."))


def _check_size(size: int) -> None:
    if size > settings.FILE_MAX_BYTES:
        most = filesizeformat(settings.FILE_MAX_BYTES)
        raise Refusal("too_large", _("A file has at most %(most)s.") % {"most": most})


def _check_quotas(user: User, size: int) -> None:
    if used(user) + size > settings.USER_FILES_BYTES:
        most = filesizeformat(settings.USER_FILES_BYTES)
        detail = _("Your files take all of the %(most)s that you have: delete messages with files that nobody needs.")
        raise Refusal("no_space", detail % {"most": most})
    of_all = File.objects.aggregate(sum=Sum("size"))["sum"] or 0
    if of_all + size > settings.PLACE_FILES_BYTES or not storage.has_room(size):
        raise _no_room()
