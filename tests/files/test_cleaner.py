"""The cleaner: what no file has any more is deleted from the storage, however often it is interrupted."""

from pathlib import Path
from typing import Any

import pytest

from Dweb.files.cleaner import Cleaner
from Dweb.models import Leftover


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> Path:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "files": backend}
    return tmp_path


@pytest.mark.django_db
def test_what_is_left_over_is_deleted_though_it_may_be_gone_already(storage: Path) -> None:
    (storage / "ab").mkdir()
    for name in ("left", "kept"):
        (storage / "ab" / name).write_bytes(b"bytes")
    Leftover.objects.bulk_create([Leftover(stored="ab/gone"), Leftover(stored="ab/left")])
    Cleaner().clear()
    assert [path.name for path in (storage / "ab").iterdir()] == ["kept"]
    assert not Leftover.objects.exists()
