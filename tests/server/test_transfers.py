"""Large bodies are read in turns, and together at their speed."""

import math
from unittest import mock

import pytest

from Dweb.server import transfers
from Dweb.server.transfers import BURST_SECONDS, READS_AT_ONCE, Transfers

SPEED = 1_000_000  # bytes a second
PART = 5_000
BURST = int(BURST_SECONDS * SPEED)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(transfers.time, "monotonic", lambda: self.now)


class Several:
    """Connections that always have more, which come again to be read as the loop's do."""

    def __init__(self, count: int, part: int = PART) -> None:
        self.part = part
        self.read: list[object] = []
        self.transfers = Transfers(self.take, SPEED)
        self.spools = {mock.Mock(): mock.Mock(come=0) for _ in range(count)}
        self.come()

    def come(self) -> None:
        for conn, spool in self.spools.items():
            self.transfers.add(conn, spool)

    def take(self, conn: object) -> None:
        self.read.append(conn)
        self.spools[conn].come += self.part


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_everyone_has_a_turn_before_the_first_has_another(clock: Clock) -> None:
    several = Several(3 * READS_AT_ONCE)
    for _ in range(6):
        several.transfers.take_turns()
        several.come()
        clock.now += 1
    assert several.read == [*several.spools] * 2


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("part", [1_000, PART, 64 * 1024])
def test_all_together_keep_to_the_speed(clock: Clock, count: int, part: int) -> None:
    several, end = Several(count, part), clock.now + 10
    while clock.now < end:
        several.transfers.take_turns()
        several.come()
        clock.now += several.transfers.seconds_left() + 0.0001
    come = sum(spool.come for spool in several.spools.values())
    assert 10 * SPEED - part <= come <= 10 * SPEED + BURST + part


def test_what_was_not_read_in_an_hour_is_not_made_up_for(clock: Clock) -> None:
    several = Several(50)
    for _ in range(2):
        clock.now += 3_600
        for _ in range(50):
            several.transfers.take_turns()
            several.come()
    assert len(several.read) == 2 * BURST // PART


def test_the_loop_waits_as_long_as_nothing_may_be_read(clock: Clock) -> None:
    several = Several(1, 64 * 1024)
    assert several.transfers.seconds_left() == 0
    several.transfers.take_turns()
    assert several.transfers.seconds_left() == math.inf
    several.come()
    clock.now += (left := several.transfers.seconds_left()) / 2
    assert left == pytest.approx((64 * 1024 - BURST) / SPEED)
    several.transfers.take_turns()
    assert len(several.read) == 1
    clock.now += left / 2 + 0.0001
    several.transfers.take_turns()
    assert len(several.read) == 2


def test_one_that_is_closed_has_no_turn(clock: Clock) -> None:
    several = Several(1)
    [conn] = several.spools
    for _ in range(2):
        several.transfers.discard(conn)
    several.transfers.take_turns()
    assert several.read == []
