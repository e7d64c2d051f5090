"""The loop: one connection's fault is no other's, and a loop that fails does not leave a process that reads nothing."""

import logging
import signal
from typing import Any
from unittest import mock

import pytest

from Dweb.parking.loop import Loop

from ..support.loop import Run
from ..support.waiting import SECONDS, wait_until

pytestmark = pytest.mark.once


@pytest.mark.parametrize("fault", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_fault_of_one_step_is_logged_and_the_others_go_on(
    loop: Loop, in_loop: Run, fault: type, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise fault("of this one")

    loop.post(fails)
    assert in_loop(lambda: "done").result(SECONDS) == "done"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_loop_that_fails_ends_its_process(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    raised: list[Any] = []
    monkeypatch.setattr(signal, "raise_signal", raised.append)
    loop = Loop()
    loop.at_work = mock.Mock(side_effect=MemoryError)
    loop.start()
    loop.post(int)
    wait_until(lambda: raised)
    assert raised == [signal.SIGTERM]
    assert caplog.records[-1].levelno == logging.CRITICAL
    loop.stop()


def test_what_is_posted_runs_in_order(loop: Loop) -> None:
    seen: list[int] = []
    for number in range(5):
        loop.post(lambda number=number: seen.append(number))
    wait_until(lambda: len(seen) == 5)
    assert seen == [0, 1, 2, 3, 4]
