"""The activity: what is at work is counted, and can be waited for."""

import threading
import time

import pytest

from Dweb.parking.activity import Activity

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


def request(activity: Activity, queues: bool) -> None:
    """A request that queues a draft, and waits for it, or does not."""
    with activity.at_request():
        if queues:
            with activity.waiting():
                pass


def test_a_request_that_follows_at_once_is_waited_for_before_it_has_a_thread(activity: Activity) -> None:
    follows = threading.Event()
    activity.coming = follows.is_set
    request(activity, queues=True)
    follows.set()
    wait = in_thread(lambda: activity.wait_for_others(LONG, never))
    wait_until(lambda: activity._enough is not None)
    request(activity, queues=True)
    assert activity._enough is not None
    with activity.at_request():
        follows.clear()
    wait.result(10)


def test_after_one_without_a_draft_those_that_follow_are_not_waited_for(activity: Activity) -> None:
    activity.coming = lambda: True
    activity.wait_for_others(LONG, never)  # there was no request yet
    request(activity, queues=True)
    wait = in_thread(lambda: activity.wait_for_others(LONG, never))
    wait_until(lambda: activity._enough is not None)
    request(activity, queues=False)
    wait.result(10)
    with activity.waiting():  # as a search
        activity.wait_for_others(LONG, never)


def test_a_request_that_never_comes_is_waited_for_the_whole_time_and_no_longer(activity: Activity) -> None:
    activity.coming = lambda: True
    request(activity, queues=True)
    began = time.monotonic()
    activity.wait_for_others(0.05, never)
    assert time.monotonic() - began >= 0.05


def test_a_wait_outside_of_work_counts_nothing(activity: Activity) -> None:
    for _ in range(2):  # in the first round, and in a later one
        with activity.waiting():
            assert activity._busy == 0
        assert activity._busy == 0
        with activity.at_work():
            activity.wait_for_others(0.001, never)
