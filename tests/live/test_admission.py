"""The admission limit: how many threads are inside, and how many processors the process uses while others wait."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from Dweb.live import admission as module
from Dweb.live.admission import AdmissionLimit

from ..support.waiting import wait_until

ALL = os.sched_getaffinity(0)


@pytest.fixture
def admission() -> Iterator[AdmissionLimit]:
    yield AdmissionLimit(2)
    for task in os.listdir("/proc/self/task"):
        with suppress(ProcessLookupError):  # a thread of an earlier test has ended
            os.sched_setaffinity(int(task), ALL)


def widths() -> set[int]:
    """The numbers of processors on which the threads of this process may run."""
    found = set()
    for task in os.listdir("/proc/self/task"):
        with suppress(ProcessLookupError):  # likewise
            found.add(len(os.sched_getaffinity(int(task))))
    return found


class Arrival:
    """A thread that is admitted, and leaves when the test wants it."""

    def __init__(self, admission: AdmissionLimit) -> None:
        self.inside = threading.Event()
        self.leave = threading.Event()
        self._admission = admission
        self._thread = threading.Thread(target=self._arrive)
        self._thread.start()

    def _arrive(self) -> None:
        with self._admission:
            self.inside.set()
            self.leave.wait(10)

    def end(self) -> None:
        self.leave.set()
        self._thread.join(10)


def test_so_many_are_inside_at_once_and_the_next_comes_in_when_one_leaves(admission: AdmissionLimit) -> None:
    first, second = Arrival(admission), Arrival(admission)
    assert first.inside.wait(10)
    assert second.inside.wait(10)
    third = Arrival(admission)
    wait_until(lambda: widths() == {1})  # it has found every place taken
    assert not third.inside.is_set()
    first.end()
    assert third.inside.wait(10)
    second.end()
    third.end()


def test_nothing_changes_while_no_thread_waits(admission: AdmissionLimit) -> None:
    with admission, admission:
        assert widths() == {len(ALL)}


def test_the_process_is_pinned_to_one_processor_until_the_crowd_is_in(
    admission: AdmissionLimit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CALM_SECONDS", 600)
    arrivals = [Arrival(admission) for _ in range(3)]
    wait_until(lambda: widths() == {1})
    admission.unpin()
    assert widths() == {1}  # a thread has waited just now
    for arrival in arrivals:
        arrival.end()
    monkeypatch.setattr(module, "CALM_SECONDS", 0)
    admission.unpin()
    assert widths() == {len(ALL)}


def test_where_threads_cannot_be_pinned_the_limit_still_holds(
    admission: AdmissionLimit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_setaffinity")
    arrivals = [Arrival(admission) for _ in range(3)]
    wait_until(lambda: sum(arrival.inside.is_set() for arrival in arrivals) == 2)
    for arrival in arrivals:
        arrival.leave.set()
    assert all(arrival.inside.wait(10) for arrival in arrivals)
    monkeypatch.undo()


def test_who_gets_no_place_in_time_takes_none(admission: AdmissionLimit) -> None:
    with admission, admission:
        assert not admission.enter(timeout=0.01)
    with admission:
        assert admission.enter(timeout=0.01)
        admission.leave()
