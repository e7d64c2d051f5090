"""Files in a bucket of S3: stored, read by a link of a few minutes, deleted."""

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.test import override_settings

from chatproj.files import storage as from_url
from Dweb.files import storage

from ..support import bucket

pytestmark = [pytest.mark.service, pytest.mark.once]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with bucket.s3() as url:
        yield url


@pytest.fixture
def stored(url: str, tmp_path: Path) -> Iterator[str]:
    """A file in the bucket, with its previews."""
    with override_settings(
        STORAGES=settings.STORAGES | {"files": from_url(url, tmp_path)}, UPLOAD_DIR=tmp_path / "uploads"
    ):
        name = storage.new_name()
        for each in (name, *(storage.preview_name(name, size) for size in storage.PREVIEW_SIZES)):
            path = storage.incoming() / "part"
            path.write_bytes(b"0123456789")
            storage.move_in(path, each)
            assert not path.exists()
        yield name


def keys(url: str) -> list[str]:
    return [each["Key"] for each in bucket.client(url).list_objects(Bucket=bucket.NAME).get("Contents", [])]


def test_a_file_is_read_by_a_link_that_says_how(url: str, stored: str) -> None:
    assert storage.local_path(stored) is None
    link = storage.link(stored, "text/plain", "attachment; filename*=utf-8''%C3%A9.txt")
    with urlopen(link, timeout=10) as answer:
        assert answer.read() == b"0123456789"
        assert answer.headers["Content-Type"] == "text/plain"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9.txt"


def test_what_is_deleted_is_gone_with_its_previews(url: str, stored: str) -> None:
    assert len([key for key in keys(url) if key.startswith(stored)]) == 3
    storage.delete(stored)
    assert not [key for key in keys(url) if key.startswith(stored)]
