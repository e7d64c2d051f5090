"""Uploads: what people may send, how much of it, and how a file comes, whole or in pieces."""

import fcntl
import os
from collections.abc import Callable
from functools import partial
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..files import storage
from ..files.names import clean_name
from ..models import File, Leftover, User
from ..refusal import Refusal
from . import file_limits as limits
from . import files, prices, storing
from .denials import no_file
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

FORM_BYTES = 16 * 1024  # of a multipart body, beside the file
COPIES = 3  # of a form on the disk at once: the body, the file in it, and the one that is stored
RETRY_SECONDS = 2


class Piece(NamedTuple):
    """Bytes of an upload that have come: how many they are, and what writes them where a file stands."""

    size: int
    copy_to: Callable[[FileIO], None]


NOTHING = Piece(0, lambda file: None)


def admit(runtime: "Runtime", user: User, size: int) -> Callable[[], None]:
    """Lets a body of so many bytes come. Returns what is to be called at its end. Raises Refusal."""
    check_rate(runtime, user, prices.UPLOAD)
    limits.check_allowed(runtime)
    limits.check_size(size - FORM_BYTES)
    limits.check_quotas(user, size)
    return limits.slot(runtime, user, COPIES * size)


def admit_piece(runtime: "Runtime", user: User, size: int) -> Callable[[], None]:
    """Lets a piece of so many bytes come, of a file that counts already. Returns and raises what admit() does."""
    check_rate(runtime, user, prices.PIECE)
    if size > settings.FILE_PIECE_BYTES:
        raise limits.too_much()
    return limits.slot(runtime, user, 2 * size)


def keep(runtime: "Runtime", user: User, name: str, path: Path, *, admitted: bool) -> File:
    """Stores a file that has come as `path`; one that was admitted has its room. Raises Refusal: nothing is stored."""
    file = File(owner=user, name=clean_name(name), size=path.stat().st_size)
    limits.check_allowed(runtime)
    limits.check_size(file.size)
    limits.check_quotas(user, file.size)
    if not admitted:
        limits.check_room(runtime, file.size)

    def note() -> bool:
        limits.check_own(user, file.size)
        file.save(force_insert=True)
        return True

    return storing.store(runtime, file, path, note)


def begin(runtime: "Runtime", user: User, name: str, size: int) -> File:
    """Begins an upload in pieces. Raises Refusal."""
    check_rate(runtime, user, prices.UPLOAD)
    limits.check_allowed(runtime)
    limits.check_size(size)
    limits.check_room(runtime, size)
    if not size:
        raise Refusal("bad_input", _("This file is empty: send it whole."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # of two at once, the second one sees the first
        limits.check_quotas(user, size)
        if File.objects.filter(owner=user, stored="").count() >= settings.UNFINISHED_UPLOADS:
            raise Refusal("too_fast", _("Too many uploads are unfinished: complete or discard one."), RETRY_SECONDS)
        return File.objects.create(owner=user, name=clean_name(name), size=size)


def add_piece(
    runtime: "Runtime", user: User, file_id: str, offset: int, piece: Piece, *, admitted: bool = False
) -> tuple[File, int]:
    """Adds bytes to an upload. Returns its file, and how many bytes have come. Raises Refusal, conflict among them."""
    limits.check_allowed(runtime)
    if not admitted:
        limits.check_room(runtime, settings.FILE_PIECE_BYTES)
    path = _coming(_unfinished(user, file_id))
    with FileIO(path, "w", opener=_keep) as coming:
        if not _lock(coming, path):  # another request has completed it meanwhile
            return state(runtime, user, file_id)
        try:
            file = _unfinished(user, file_id)  # another request may have completed it before this one had the lock
        except Refusal:
            path.unlink(missing_ok=True)
            raise
        come = _size_of(path)
        if come != offset:
            raise _conflict(come)
        come = _append(coming, piece, offset, file.size)
        os.fdatasync(coming.fileno())  # a little at a time: of much at once, the log would have to wait for the disk
        if come == file.size:
            storing.store(runtime, file, path, partial(_complete, file))
            path.unlink()  # only now: who comes meanwhile finds it whole, and locked
    return file, come


def state(runtime: "Runtime", user: User, file_id: str) -> tuple[File, int]:
    """One's own file, and how many of its bytes have come. Raises Refusal.

    If all have come and it was not stored, as when the server was killed, it is stored now.
    """
    file = File.objects.filter(pk=file_id, owner=user).first()
    if file is None:
        raise no_file()
    if file.stored:
        files.check_reached(user, file_id)
        return file, file.size
    come = _size_of(_coming(file))
    if come < file.size:
        return file, come
    try:
        return add_piece(runtime, user, file_id, come, NOTHING)
    except Refusal as refusal:
        if refusal.code != "conflict":
            raise
        raise Refusal("too_fast", _("This upload is being stored: ask again in a moment."), RETRY_SECONDS) from None


def discard(runtime: "Runtime", user: User, file_id: str) -> None:
    """Forgets a file of one's own that nothing has. Raises Refusal."""
    with transaction.atomic():
        file = File.objects.select_for_update().filter(pk=file_id, owner=user).first()
        if file is None or not File.loose().filter(pk=file_id).exists():
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


def _complete(file: File) -> bool:
    """Notes that a file in pieces is whole. False: it is gone, or another request has noted that."""
    fields = {name: getattr(file, name) for name in ("stored", "size", "type", "width", "height", "preview")}
    return bool(File.objects.filter(pk=file.pk, stored="").update(made=timezone.now(), **fields))


def _keep(path: str, flags: int) -> int:
    """Opens a file to write into it, as it is."""
    return os.open(path, (flags & ~os.O_TRUNC) | os.O_CREAT, 0o666)


def _lock(coming: FileIO, path: Path) -> bool:
    """Takes an upload for this request. False: another one has completed it. Raises Refusal if another one has it."""
    try:
        fcntl.flock(coming, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _conflict(_size_of(path)) from None
    return path.exists() and os.path.samestat(os.fstat(coming.fileno()), path.stat())


def _append(coming: FileIO, piece: Piece, before: int, most: int) -> int:
    """Adds a piece whole or not at all: what a client sends again begins where it began. Returns the upload's bytes."""
    if before + piece.size > most:
        raise Refusal("too_large", _("More came than this file has."))
    coming.seek(before)
    try:
        piece.copy_to(coming)
    except BaseException:
        coming.truncate(before)
        raise
    return os.fstat(coming.fileno()).st_size


def _unfinished(user: User, file_id: str) -> File:
    file = File.objects.filter(pk=file_id, owner=user, stored="").first()
    if file is None:
        raise no_file()
    return file


def _coming(file: File) -> Path:
    """The path of an upload in pieces, on this machine."""
    return storage.incoming() / f"{file.pk}.part"


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _conflict(offset: int) -> Refusal:
    told = {"offset": offset}
    return Refusal("conflict", _("This upload goes on at byte %(offset)d.") % told, told=told)
