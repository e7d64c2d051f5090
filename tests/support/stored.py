"""A folder of its own for the files of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import override_settings


@contextmanager
def files_in(folder: Path) -> Iterator[Path]:
    """Stores files in this folder. Yields the one that has them."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder / "files"}}
    with override_settings(STORAGES=settings.STORAGES | {"files": backend}, UPLOAD_DIR=folder / "files" / "incoming"):
        yield folder / "files"


def names_in(folder: Path) -> set[str]:
    """The names of what is stored, previews among them."""
    return {str(path.relative_to(folder)) for path in folder.glob("??/*") if path.is_file()}
