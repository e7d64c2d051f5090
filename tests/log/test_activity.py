"""Who is at work is counted, and can be waited for."""

import threading
import time

import pytest

from Dweb.log import activity
from Dweb.log.activity import at_work, wait_for_others, waiting

from ..support.waiting import in_thread, wait_until

pytestmark = pytest.mark.once

LONG = 600.0


def never() -> bool:
    return False


def test_without_anybody_at_work_there_is_no_wait() -> None:
    wait_for_others(LONG, never)


def test_the_last_one_to_end_ends_the_wait() -> None:
    with at_work():
        with at_work():
            wait = in_thread(lambda: wait_for_others(LONG, never))
            wait_until(lambda: activity._enough is not None)
        assert not wait.done()
    wait.result(10)


def test_who_waits_themselves_is_not_waited_for() -> None:
    with at_work(), waiting():
        wait_for_others(LONG, never)
    with at_work():
        began = time.monotonic()
        wait_for_others(0.05, never)
        assert time.monotonic() - began >= 0.05


def test_enough_ends_the_wait_when_somebody_has_ended() -> None:
    full = threading.Event()
    with at_work():
        wait = in_thread(lambda: wait_for_others(LONG, full.is_set))
        wait_until(lambda: activity._enough is not None)
        full.set()
        with at_work():
            pass
        wait.result(10)


def test_who_outlasts_a_wait_is_not_waited_for_again() -> None:
    with at_work():
        wait_for_others(0.02, never)
        wait_for_others(LONG, never)
        with at_work():  # somebody else is
            began = time.monotonic()
            wait_for_others(0.05, never)
            assert time.monotonic() - began >= 0.05
        with waiting():
            pass
        began = time.monotonic()
        wait_for_others(0.05, never)  # and those who have begun something new
        assert time.monotonic() - began >= 0.05
    wait_for_others(LONG, never)
    assert activity._busy == 0


def test_work_that_fails_has_ended() -> None:
    with pytest.raises(ZeroDivisionError), at_work():
        _ = 1 / 0
    wait_for_others(LONG, never)
