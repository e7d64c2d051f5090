"""A step of the loop that blocks is logged, with its place."""

import threading

import pytest

from Dweb.parking.loop import Loop
from Dweb.parking.slow_steps import watch
from Dweb.parking.wakeup import Wakeup

from ..support.loop import Run
from ..support.waiting import SECONDS, wait_until

pytestmark = pytest.mark.once


def test_a_step_that_blocks_is_logged_once_with_its_place(
    loop: Loop, in_loop: Run, caplog: pytest.LogCaptureFixture
) -> None:
    def blocks() -> None:
        assert go_on.wait(SECONDS)

    go_on = threading.Event()
    watch(loop)
    blocking = in_loop(blocks)
    wait_until(lambda: caplog.records)
    go_on.set()
    blocking.result(SECONDS)
    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert "in blocks" in record.getMessage()


def test_who_parks_is_not_in_a_step(loop: Loop, in_loop: Run) -> None:
    wakeup = Wakeup()
    parked = in_loop(lambda: wakeup.wait(SECONDS))
    wait_until(lambda: not loop.began)
    wakeup.set()
    assert parked.result(SECONDS)
