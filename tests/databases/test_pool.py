"""The pool: how many connections it lends, to which threads, and what becomes of those that are broken or lost."""

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from Dweb.databases.pool import Pool
from Dweb.databases.sqlite.base import DatabaseWrapper
from Dweb.databases.turns import Turns

pytestmark = pytest.mark.once

BROKEN = OperationalError("gone")


class Opened:
    """A driver's connection."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


def good(connection: Any, seconds: float) -> bool:
    return not connection.closed


def make_pool(most: int, timeout: float) -> Pool:
    return Pool(most, timeout, Turns(1, most_waiting=0, timeout=0))


def take(pool: Pool) -> Any:
    return pool.take(Opened, good)


def test_what_is_given_back_is_lent_again_the_last_one_first() -> None:
    pool = make_pool(3, timeout=20)
    one, other = take(pool), take(pool)
    pool.give(one)
    pool.give(other)
    assert take(pool) is other
    assert take(pool) is one


def test_a_further_thread_waits_until_one_is_given_back() -> None:
    pool = make_pool(1, timeout=20)
    only = take(pool)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(take, pool)
        while not pool._changed._waiters:
            assert not waiting.done()
        pool.give(only)
        assert waiting.result(10) is only
    pool.drop(only)
    assert take(pool) is not only


def test_a_thread_that_waits_too_long_gets_an_error_with_the_name_of_the_setting() -> None:
    pool = make_pool(1, timeout=0.01)
    only = take(pool)
    with pytest.raises(OperationalError, match="DB_MAX_CONNECTIONS"):
        take(pool)
    pool.give(only)
    assert take(pool) is only


def test_those_that_were_closed_meanwhile_are_replaced() -> None:
    pool = make_pool(2, timeout=20)
    lent = [take(pool), take(pool)]
    for each in lent:
        pool.give(each)
        each.connection.closed = True
    assert {take(pool), take(pool)}.isdisjoint(lent)


def test_one_that_cannot_be_opened_takes_no_place() -> None:
    pool = make_pool(1, timeout=20)

    def fail() -> None:
        raise BROKEN

    for _ in range(3):
        with pytest.raises(OperationalError, match="gone"):
            pool.take(fail, good)
    assert take(pool)


def test_what_is_idle_can_be_closed_and_its_places_are_free() -> None:
    pool = make_pool(2, timeout=20)
    idle, lent = take(pool), take(pool)
    pool.give(idle)
    pool.close_idle()
    assert (idle.connection.closed, lent.connection.closed) == (True, False)
    assert take(pool) is not idle


def test_a_place_is_free_again_when_a_thread_dies_without_giving_back() -> None:
    pool = make_pool(1, timeout=0.01)
    for _ in range(3):
        thread = threading.Thread(target=take, args=(pool,))
        thread.start()
        thread.join()
        gc.collect()
    assert take(pool)


# --- In Django's wrapper ------------------------------------------------------------------------------------


@pytest.fixture
def wrapper(tmp_path: Path, django_db_blocker: Any) -> Iterator[DatabaseWrapper]:
    with django_db_blocker.unblock():
        yield make(tmp_path)


def make(folder: Path) -> DatabaseWrapper:
    settings = {"NAME": str(folder / "a.sqlite3"), "MAX_CONNECTIONS": 2, "WAIT_SECONDS": 20.0, "AUTOCOMMIT": True}
    settings |= {
        "LOCK_SECONDS": 20.0,
        "MAX_WAITING": 10,
        "CONN_MAX_AGE": 0,
        "HOST": "",
        "PORT": "",
        "USER": "",
        "OPTIONS": {},
        "ATOMIC_REQUESTS": False,
        "TIME_ZONE": None,
    }
    return DatabaseWrapper(settings | {"CONN_HEALTH_CHECKS": False}, alias="apart")


def test_a_thread_gets_what_another_one_closed(wrapper: DatabaseWrapper, tmp_path: Path) -> None:
    wrapper.ensure_connection()
    first = wrapper.connection
    wrapper.close()
    wrapper.close()
    assert wrapper.connection is None
    with ThreadPoolExecutor(1) as threads:

        def use() -> Any:
            other = make(tmp_path)
            with other.cursor() as cursor:
                cursor.execute("SELECT 1")
            used = other.connection
            other.close()
            return used

        assert threads.submit(use).result(10) is first


@pytest.mark.parametrize("how", ["in a transaction", "after an error"])
def test_what_may_be_in_a_state_of_its_own_is_not_lent_again(wrapper: DatabaseWrapper, how: str) -> None:
    wrapper.ensure_connection()
    first = wrapper.connection
    if how == "in a transaction":
        wrapper.set_autocommit(False)
    else:
        wrapper.errors_occurred = True
    wrapper.close()
    wrapper.ensure_connection()
    assert wrapper.connection is not first
    wrapper.close()
