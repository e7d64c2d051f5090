"""When the -wal file is emptied: after a change, when it has grown, and again while something is in the way."""

from collections.abc import Iterator
from datetime import UTC, datetime
from unittest import mock

import pytest

from Dweb.live.wire import Event, Kind
from Dweb.log.checkpoints import Checkpoints


class Wal:
    """In place of databases/sqlite/wal."""

    def __init__(self) -> None:
        self.bytes = 100
        self.free = True
        self.calls = 0

    def size(self) -> int:
        return self.bytes

    def empty(self, lock_seconds: float) -> bool:
        self.calls += 1
        return self.free


@pytest.fixture
def wal() -> Wal:
    return Wal()


@pytest.fixture
def checkpoints(wal: Wal) -> Iterator[Checkpoints]:
    """After the first one, which is for what an earlier process left."""
    with mock.patch("Dweb.log.checkpoints.wal", wal):
        made = Checkpoints(max_bytes=1_000, lock_seconds=0.05)
        made.run()
        assert wal.calls == 1
        yield made


def event(kind: Kind) -> Event:
    return Event("lobby", 1, 1, 1, "Alice", "", datetime.now(UTC), kind=kind)


@pytest.mark.parametrize(("kind", "due"), [(Kind.MESSAGE, 0), (Kind.EDIT, 1), (Kind.DELETION, 1)])
def test_a_change_is_followed_by_one(checkpoints: Checkpoints, wal: Wal, kind: Kind, due: int) -> None:
    checkpoints.note([event(Kind.MESSAGE), event(kind)])
    for _ in range(3):
        checkpoints.run()
    assert wal.calls == 1 + due


def test_a_file_that_has_grown_is_emptied(checkpoints: Checkpoints, wal: Wal) -> None:
    wal.bytes = 1_001
    checkpoints.run()
    assert wal.calls == 2


def test_what_is_in_the_way_is_tried_again(checkpoints: Checkpoints, wal: Wal) -> None:
    wal.free = False
    checkpoints.note([event(Kind.DELETION)])
    for _ in range(3):
        checkpoints.run()
    assert wal.calls == 4
    wal.free = True
    for _ in range(3):
        checkpoints.run()
    assert wal.calls == 5


def test_no_file_is_not_emptied(checkpoints: Checkpoints, wal: Wal) -> None:
    wal.bytes = 0
    checkpoints.note([event(Kind.DELETION)])
    checkpoints.run()
    assert wal.calls == 1
