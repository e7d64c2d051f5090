"""Workers of a server that find each other: numbers that are given back, and answers that are whole or none."""

import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from Dweb.operations import workers
from Dweb.operations.workers import END, WorkerSlot

from ..support.server import ROOT
from ..support.waiting import wait_until

pytestmark = pytest.mark.once


def has_answered(asker: socket.socket) -> bool:
    """The answer is there, whole: the other side has ended the connection."""
    poll = select.poll()
    poll.register(asker, select.POLLRDHUP)
    return bool(poll.poll(0))


OTHER = """
import sys, time
from pathlib import Path
from Dweb.operations.workers import WorkerSlot
slot = WorkerSlot(Path(sys.argv[1]))
slot.open(lambda: b"other\\n")
print(slot.name, flush=True)
time.sleep(60)
"""


@pytest.fixture
def come() -> Iterator[Callable[[], WorkerSlot]]:
    """Makes the slots of one folder, whose name is short: a socket's path has room for a hundred characters."""
    slots: list[WorkerSlot] = []
    with tempfile.TemporaryDirectory(prefix="dweb") as folder:

        def come() -> WorkerSlot:
            slots.append(WorkerSlot(Path(folder)))
            return slots[-1]

        yield come
        for slot in slots:
            slot.close()


def test_each_gets_the_answers_of_all_others(come: Callable[[], WorkerSlot]) -> None:
    slots = [come() for _ in range(3)]
    assert [slot.name for slot in slots] == ["1", "2", "3"]
    for slot in slots:
        slot.open(lambda name=slot.name: f"I am {name}\n".encode())
    assert slots[1].ask_others() == [b"I am 1\n" + END, b"I am 3\n" + END]


@pytest.mark.service
def test_a_worker_that_was_killed_does_not_answer_and_gives_back_its_number(come: Callable[[], WorkerSlot]) -> None:
    here = come()
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(here.folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "2\n"
        assert here.ask_others() == [b"other\n" + END]
        other.send_signal(signal.SIGKILL)
    assert here.ask_others() == []
    assert come().name == "2"


def test_half_an_answer_is_none(come: Callable[[], WorkerSlot], caplog: pytest.LogCaptureFixture) -> None:
    here, other = come(), come()
    answers = iter([RuntimeError("a fault"), b"whole\n"])

    def answer() -> bytes:
        said = next(answers)
        if isinstance(said, Exception):
            raise said
        return said

    other.open(answer)
    assert here.ask_others() == []
    assert here.ask_others() == [b"whole\n" + END]
    assert "Another worker was not answered." in caplog.text


def test_a_worker_that_does_not_answer_in_time_is_left_out(
    come: Callable[[], WorkerSlot], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "ANSWER_SECONDS", 0.2)
    here, mute, other = come(), come(), come()
    other.open(lambda: b"other\n")
    read = workers._read

    def read_behind_the_mute(name: str, asker: socket.socket, deadline: float) -> bytes:
        """The time is up by now, and the other one has answered meanwhile, however slow the machine is."""
        if name == other.name:
            wait_until(lambda: has_answered(asker))
            assert time.monotonic() >= deadline
        return read(name, asker, deadline)

    monkeypatch.setattr(workers, "_read", read_behind_the_mute)
    assert here.ask_others() == [b"other\n" + END]
    assert f"Worker {mute.name} did not answer: timed out" in caplog.text
