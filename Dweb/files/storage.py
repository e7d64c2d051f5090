"""Where the bytes of files are: Django's storage `files`, a folder of this machine or a bucket of S3."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

BUCKET = ("botocore", "boto3", "s3transfer")  # whose exceptions are no OSError
PREVIEW_SIZES = {"small": 480, "large": 1_600}  # pixels of the longer side


def files_storage() -> Storage:
    return storages["files"]


def new_name() -> str:
    """A random name: it tells nothing of the file. A folder has a 256th of all."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"


def preview_name(stored: str, size: str) -> str:
    """The name of a preview, by its size in PREVIEW_SIZES."""
    return f"{stored}.{size}.webp"


class _Incoming(File):
    """A file of this machine that the storage may move, instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


class StorageError(OSError):
    """The bucket does not answer, or refuses. Its libraries have exceptions of their own."""


@contextmanager
def reporting() -> Iterator[None]:
    """Turns the exceptions of a bucket's libraries into StorageError."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] in BUCKET:
            raise StorageError(errno.EIO, str(error)) from error
        raise


def move_in(path: Path, stored: str) -> None:
    """Stores the bytes of `path`, which is gone then. They are on the disk before this returns. Raises OSError."""
    with path.open("rb") as whole, reporting():
        os.fsync(whole.fileno())
        files_storage().save(stored, _Incoming(whole, name=str(path)))
    path.unlink(missing_ok=True)
    if place := local_path(stored):
        for folder in (place.parent, place.parent.parent):  # their names, too
            _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A path of nothing yet, beside another one; what is there in the end is deleted."""
    copy = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def duplicate(path: Path, copy: Path) -> None:
    """Gives the bytes another name, or copies them where a file has one name alone."""
    try:
        copy.hardlink_to(path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV):
            raise
        shutil.copyfile(path, copy)


def local_path(stored: str) -> Path | None:
    """The file's path; None if the storage is not on this machine."""
    storage = files_storage()
    return Path(storage.path(stored)) if isinstance(storage, FileSystemStorage) else None


def link(stored: str, kind: str, disposition: str) -> str:
    """An address of the bucket, for a few minutes, that answers with this type and Content-Disposition."""
    told = {"ResponseContentType": kind, "ResponseContentDisposition": disposition}
    with reporting():
        address: str = files_storage().url(stored, parameters=told)  # type: ignore[call-arg]
    return address


def delete(stored: str) -> None:
    """Deletes the bytes, and the previews. A name without bytes is none of an error. Raises OSError."""
    storage = files_storage()
    with reporting():
        for name in (stored, *(preview_name(stored, size) for size in PREVIEW_SIZES)):
            storage.delete(name)


def incoming() -> Path:
    """The folder of what is on its way, on this machine: beside the stored files, so that a rename moves them."""
    folder: Path = settings.UPLOAD_DIR
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if settings.FILES_ACCEL:
            folder.parent.chmod(0o750)
    return folder


def has_room(size: int) -> bool:
    """True if so many bytes leave DISK_SPARE_SHARE of the disk free, on which the database is, too."""
    disk = shutil.disk_usage(incoming())
    return disk.free - size >= settings.DISK_SPARE_SHARE * disk.total
