"""The activity: threads at work are counted, and can be waited for."""

import threading
import time

import pytest

from Dweb.log.activity import Activity

from ..support.waiting import in_thread, wait_until

pytestmark = pytest.mark.once

LONG = 600.0


@pytest.fixture
def activity() -> Activity:
    return Activity()


def never() -> bool:
    return False


def test_without_a_thread_at_work_there_is_no_wait(activity: Activity) -> None:
    activity.wait_for_others(LONG, never)


def test_the_last_one_to_end_ends_the_wait(activity: Activity) -> None:
    with activity.at_work():
        with activity.at_work():
            wait = in_thread(lambda: activity.wait_for_others(LONG, never))
            wait_until(lambda: activity._enough is not None)
        assert not wait.done()
    wait.result(10)


def test_a_thread_that_waits_itself_is_not_waited_for(activity: Activity) -> None:
    with activity.at_work(), activity.waiting():
        activity.wait_for_others(LONG, never)
    with activity.at_work():
        began = time.monotonic()
        activity.wait_for_others(0.05, never)
        assert time.monotonic() - began >= 0.05


def test_enough_ends_the_wait_when_a_thread_has_ended(activity: Activity) -> None:
    full = threading.Event()
    with activity.at_work():
        wait = in_thread(lambda: activity.wait_for_others(LONG, full.is_set))
        wait_until(lambda: activity._enough is not None)
        full.set()
        with activity.at_work():
            pass
        wait.result(10)


def test_a_thread_that_outlasts_a_wait_is_not_waited_for_again(activity: Activity) -> None:
    with activity.at_work():
        activity.wait_for_others(0.02, never)
        activity.wait_for_others(LONG, never)
        with activity.at_work():  # another one is
            began = time.monotonic()
            activity.wait_for_others(0.05, never)
            assert time.monotonic() - began >= 0.05
        with activity.waiting():
            pass
        began = time.monotonic()
        activity.wait_for_others(0.05, never)  # and so is a thread that has begun something new
        assert time.monotonic() - began >= 0.05
    activity.wait_for_others(LONG, never)
    assert activity._busy == 0


def test_work_that_fails_has_ended(activity: Activity) -> None:
    with pytest.raises(ZeroDivisionError), activity.at_work():
        _ = 1 / 0
    activity.wait_for_others(LONG, never)


def test_a_wait_outside_of_work_counts_nothing(activity: Activity) -> None:
    for _ in range(2):  # in the first round, and in a later one
        with activity.waiting():
            assert activity._busy == 0
        assert activity._busy == 0
        with activity.at_work():
            activity.wait_for_others(0.001, never)
