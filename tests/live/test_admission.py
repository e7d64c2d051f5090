"""The gate: how many are inside, and how many processors the process uses while others wait."""

import os
import threading
from collections.abc import Iterator

import pytest

from Dweb.live import admission as module
from Dweb.live.admission import Gate
from tests.support.waiting import wait_until

ALL = os.sched_getaffinity(0)


@pytest.fixture
def gate() -> Iterator[Gate]:
    yield Gate(2)
    for task in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(task), ALL)


def widths() -> set[int]:
    """On how many processors this process's threads may run."""
    return {len(os.sched_getaffinity(int(task))) for task in os.listdir("/proc/self/task")}


class Visitor:
    """A thread that comes in, and leaves when it is told."""

    def __init__(self, gate: Gate) -> None:
        self.inside = threading.Event()
        self.leave = threading.Event()
        self._gate = gate
        self._thread = threading.Thread(target=self._visit)
        self._thread.start()

    def _visit(self) -> None:
        with self._gate:
            self.inside.set()
            self.leave.wait(10)

    def end(self) -> None:
        self.leave.set()
        self._thread.join(10)


def test_so_many_are_inside_at_once_and_the_next_comes_in_when_one_leaves(gate: Gate) -> None:
    first, second = Visitor(gate), Visitor(gate)
    assert first.inside.wait(10)
    assert second.inside.wait(10)
    third = Visitor(gate)
    wait_until(lambda: widths() == {1})  # it has found the gate taken
    assert not third.inside.is_set()
    first.end()
    assert third.inside.wait(10)
    second.end()
    third.end()


def test_nobody_who_waits_nothing_changes(gate: Gate) -> None:
    with gate, gate:
        assert widths() == {len(ALL)}


def test_the_process_keeps_to_one_processor_until_the_crowd_is_in(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    visitors = [Visitor(gate) for _ in range(3)]
    wait_until(lambda: widths() == {1})
    gate.relax()
    assert widths() == {1}  # somebody has waited just now
    for visitor in visitors:
        visitor.end()
    monkeypatch.setattr(module, "CROWD_SECONDS", 0)
    gate.relax()
    assert widths() == {len(ALL)}


def test_where_threads_cannot_be_kept_to_a_processor_the_gate_still_counts(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_setaffinity")
    visitors = [Visitor(gate) for _ in range(3)]
    wait_until(lambda: sum(visitor.inside.is_set() for visitor in visitors) == 2)
    for visitor in visitors:
        visitor.leave.set()
    assert all(visitor.inside.wait(10) for visitor in visitors)
    monkeypatch.undo()
