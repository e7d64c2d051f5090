"""A large body in a file."""

import errno
import logging
import os
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from Dweb.server import spool
from Dweb.server.spool import Spool

BODY = bytes(index % 251 for index in range(200_000))


def files_open(folder: Path) -> list[str]:
    """The files in a folder, or once there, that this process has open."""
    links = []
    for each in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # that of the list itself
            links.append(os.readlink(f"/proc/self/fd/{each}"))
    return [link for link in links if link.startswith(str(folder))]


class Disk:
    """Takes a few bytes at once, and no more than `room` in all."""

    def __init__(self, file: Any, room: int) -> None:
        self._file = file
        self._room = room
        self.close, self.seek = file.close, file.seek

    def write(self, data: memoryview) -> int:
        data = data[: min(1_000, self._room)]
        if not data:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._room -= len(data)
        return int(self._file.write(data))


def full_after(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """New files are on a disk that takes so many bytes."""
    make = spool.tempfile.TemporaryFile
    monkeypatch.setattr(spool.tempfile, "TemporaryFile", lambda **given: Disk(make(**given), room))


@pytest.mark.parametrize("size", [1, 999, 65_536, len(BODY)])
def test_what_comes_in_any_parts_is_read_as_it_was(tmp_path: Path, size: int) -> None:
    whole = Spool(tmp_path, len(BODY), mock.Mock())
    for start in range(0, len(BODY), size):
        assert not whole.ready
        assert whole.add(BODY[start : start + size]) == b""
    assert (whole.ready, whole.come, whole.missing) == (True, len(BODY), 0)
    with whole.reader() as reader:
        assert reader.read() == BODY


def test_what_follows_the_body_is_given_back(tmp_path: Path) -> None:
    whole = Spool(tmp_path, 5, mock.Mock())
    assert whole.add(b"1234567") == b"67"
    assert whole.add(b"89") == b"89"
    with whole.reader() as reader:
        assert reader.read() == b"12345"


@pytest.mark.parametrize("size", [1, len(BODY)])
def test_the_body_is_copied_behind_what_a_file_has(tmp_path: Path, size: int) -> None:
    whole = Spool(tmp_path, size, mock.Mock())
    whole.add(BODY[:size])
    path = tmp_path / "copy"
    path.write_bytes(b"before")
    with FileIO(path, "r+") as file:
        file.seek(6)
        whole.copy_to(file)
    assert path.read_bytes() == b"before" + BODY[:size]
    whole.close()


def test_a_file_that_someone_has_cut_off_ends_the_copy(tmp_path: Path) -> None:
    whole = Spool(tmp_path, len(BODY), mock.Mock())
    whole.add(BODY)
    whole._file.truncate(1_000)
    with FileIO(tmp_path / "copy", "w") as file, pytest.raises(OSError, match="shorter"):
        whole.copy_to(file)
    whole.close()


def test_the_file_has_no_name_and_is_gone_with_the_end_which_is_told_once(tmp_path: Path) -> None:
    ended = mock.Mock()
    one = Spool(tmp_path, 5, ended)
    one.add(b"123")
    assert [*tmp_path.iterdir()] == []
    assert len(files_open(tmp_path)) == 1
    assert not ended.called
    for _ in range(2):
        one.close()
    assert files_open(tmp_path) == []
    ended.assert_called_once_with()


def test_a_file_that_cannot_be_made_begins_nothing(tmp_path: Path) -> None:
    ended = mock.Mock()
    with pytest.raises(FileNotFoundError):
        Spool(tmp_path / "nowhere", 5, ended)
    assert not ended.called


def test_a_disk_that_is_full_in_the_middle_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("Dweb.server.shortage._noted", float("-inf"))
    full_after(monkeypatch, 2_500)
    ended = mock.Mock()
    one = Spool(tmp_path, len(BODY), ended)
    assert one.add(BODY[:2_500]) == b""
    assert not one.ready
    assert one.add(BODY[2_500:] + b"what follows") == b""
    assert (one.ready, one.failed, files_open(tmp_path)) == (True, True, [])
    one.close()
    ended.assert_called_once_with()
    assert "No space left on device" in caplog.text


def test_a_disk_that_takes_little_at_once_gets_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full_after(monkeypatch, 10_000)
    whole = Spool(tmp_path, 3_500, mock.Mock())
    assert whole.add(BODY[:3_500] + b"what follows") == b"what follows"
    assert (whole.ready, whole.failed) == (True, False)
    whole.close()


def test_a_fault_in_who_is_told_of_the_end_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Spool(tmp_path, 5, mock.Mock(side_effect=ValueError("a fault"))).close()
    [record] = caplog.records
    assert (record.levelno, record.exc_info is not None) == (logging.ERROR, True)
