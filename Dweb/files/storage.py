"""Where the bytes of files are: Django's storage `files`, a folder of this machine or a bucket of S3."""

import os
import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

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


def move_in(path: Path, stored: str) -> None:
    """Stores the bytes of `path`, which is gone then. They are on the disk before this returns."""
    with path.open("rb") as whole:
        os.fsync(whole.fileno())
        files_storage().save(stored, _Incoming(whole, name=str(path)))
    path.unlink(missing_ok=True)


def local_path(stored: str) -> Path | None:
    """The file's path; None if the storage is not on this machine."""
    storage = files_storage()
    return Path(storage.path(stored)) if isinstance(storage, FileSystemStorage) else None


def link(stored: str, kind: str, disposition: str) -> str:
    """An address of the bucket, for a few minutes, that answers with this type and Content-Disposition."""
    told = {"ResponseContentType": kind, "ResponseContentDisposition": disposition}
    address: str = files_storage().url(stored, parameters=told)  # type: ignore[call-arg]
    return address


def delete(stored: str) -> None:
    """Deletes the bytes, and the previews. A name without bytes is none of an error."""
    storage = files_storage()
    for name in (stored, *(preview_name(stored, size) for size in PREVIEW_SIZES)):
        storage.delete(name)


def incoming() -> Path:
    """The folder of what is on its way, on this machine: beside the stored files, so that a rename moves them."""
    folder: Path = settings.UPLOAD_DIR
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def has_room(size: int) -> bool:
    """True if so many bytes leave DISK_SPARE_SHARE of the disk free, on which the database is, too."""
    disk = shutil.disk_usage(incoming())
    return disk.free - size >= settings.DISK_SPARE_SHARE * disk.total
