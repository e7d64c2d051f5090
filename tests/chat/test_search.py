"""The turns of searches: one of a user at a time, a few in all, and a few that wait."""

from contextlib import ExitStack

import pytest

from Dweb.chat.search import Turns
from Dweb.refusal import Refusal

from ..support.waiting import SECONDS, in_thread, wait_until


def test_a_second_search_of_a_user_waits_for_the_first_and_a_third_is_refused() -> None:
    turns = Turns(3, 3)
    done: list[str] = []

    def second() -> None:
        with turns.turn(1, SECONDS):
            done.append("second")

    with turns.turn(1, 0):
        waiting = in_thread(second)
        wait_until(lambda: turns._waiting)
        with pytest.raises(Refusal) as refused, turns.turn(1, SECONDS):
            pass
        assert (refused.value.code, refused.value.status, refused.value.retry_after) == ("too_fast", 429, 1)
        with turns.turn(2, 0):  # another user need not wait
            done.append("other")
    waiting.result(SECONDS)
    assert done == ["other", "second"]
    assert not turns._waiting
    assert not turns._searching


def test_few_search_at_once_and_few_wait() -> None:
    turns = Turns(2, 1)
    with ExitStack() as stack:
        for user_id in (1, 2):
            stack.enter_context(turns.turn(user_id, 0))

        def third() -> None:
            with turns.turn(3, SECONDS):
                pass

        waiting = in_thread(third)
        wait_until(lambda: turns._waiting)
        with pytest.raises(Refusal), turns.turn(4, SECONDS):
            pass
    waiting.result(SECONDS)


def test_a_search_that_waits_too_long_is_refused_and_forgotten() -> None:
    turns = Turns(1, 1)
    with turns.turn(1, 0), pytest.raises(Refusal), turns.turn(2, 0.01):
        pass
    with turns.turn(2, 0):
        assert not turns._waiting


def test_a_search_that_fails_gives_its_turn_back() -> None:
    turns = Turns(1, 1)
    with pytest.raises(ZeroDivisionError), turns.turn(1, 0):
        raise ZeroDivisionError
    with turns.turn(1, 0):
        pass
