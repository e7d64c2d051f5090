"""Where the bytes of files are, and under which names."""

import secrets

from django.core.files.storage import Storage, storages

PREVIEW_SIZES = ("small", "large")


def files_storage() -> Storage:
    return storages["files"]


def new_name() -> str:
    """A name that nothing has: random, in one of 256 folders."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:]}"


def preview_name(stored: str, size: str) -> str:
    """The name of a preview, "small" or "large", of the file that is stored under this name."""
    return f"{stored}.{size}"


def delete(stored: str) -> None:
    """Deletes a file's bytes, and its previews."""
    for name in (stored, *(preview_name(stored, size) for size in PREVIEW_SIZES)):
        files_storage().delete(name)
