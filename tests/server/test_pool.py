"""The pool of requests: few compute at once, those who wait make room, and a shortage of threads loses nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from unittest import mock

import pytest

from Dweb.parking import loop as parking
from Dweb.parking.loop import Loop
from Dweb.parking.wakeup import Wakeup
from Dweb.server.pool import Greenlets, RequestPool, Threads

from ..support.waiting import SECONDS, wait_until

pytestmark = pytest.mark.once

NO_THREAD = mock.Mock(side_effect=RuntimeError("can't start new thread"))
LONG = 1_000.0


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


@pytest.fixture
def pool(gate: threading.Event) -> Iterator[RequestPool]:
    made = RequestPool(Threads(4), 2, LONG)
    yield made
    gate.set()
    made.shutdown()


def held(pool: RequestPool, gate: threading.Event, count: int) -> "list[Future[bool]]":
    return [pool.submit(gate.wait, SECONDS) for _ in range(count)]


def test_only_so_many_compute_at_once_and_the_others_take_no_thread(pool: RequestPool, gate: threading.Event) -> None:
    threads = threading.active_count()
    works = held(pool, gate, 5)
    assert [work.running() for work in works] == [True, True, False, False, False]
    assert threading.active_count() == threads + 2
    gate.set()
    assert all(work.result(SECONDS) for work in works)
    assert threading.active_count() == threads + 2


def test_they_begin_in_the_order_in_which_they_came(pool: RequestPool, gate: threading.Event) -> None:
    began: list[int] = []
    held(pool, gate, 1)
    other = threading.Event()
    pool.submit(other.wait, SECONDS)
    works = [pool.submit(began.append, number) for number in range(5)]
    other.set()
    for work in works:
        work.result(SECONDS)
    assert began == [0, 1, 2, 3, 4]


def test_one_that_waits_for_something_else_makes_room_for_another(pool: RequestPool, gate: threading.Event) -> None:
    def wait() -> bool:
        with pool.paused():
            return gate.wait(SECONDS)

    works = [pool.submit(wait) for _ in range(3)]
    assert pool.submit(lambda: "done").result(SECONDS) == "done"
    assert not any(work.done() for work in works)


def test_outside_of_the_pool_nothing_is_paused(pool: RequestPool, gate: threading.Event) -> None:
    works = held(pool, gate, 3)
    with pool.paused():
        assert not works[2].running()


def test_if_none_begins_for_a_while_the_next_one_does(gate: threading.Event) -> None:
    pool = RequestPool(Threads(4), 2, 0.0)
    works = held(pool, gate, 3)
    last = pool.submit(lambda: "done")
    wait_until(lambda: not pool.tend())
    assert last.result(SECONDS) == "done"
    assert not works[2].done()
    gate.set()
    pool.shutdown()


def test_before_that_time_none_does(pool: RequestPool, gate: threading.Event) -> None:
    works = held(pool, gate, 3)
    assert pool.tend()
    assert not works[2].running()


def test_one_that_is_cancelled_is_passed_over(pool: RequestPool, gate: threading.Event) -> None:
    held(pool, gate, 2)
    cancelled, last = pool.submit(pytest.fail), pool.submit(lambda: "done")
    assert cancelled.cancel()
    gate.set()
    assert last.result(SECONDS) == "done"


def test_what_goes_wrong_is_in_the_future_and_its_turn_is_given_back(pool: RequestPool) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            pool.submit(lambda: 1 / 0).result(SECONDS)


def test_a_pool_goes_on_with_the_threads_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    with Threads(2) as pool:
        first = pool.submit(gate.wait, SECONDS)
        with monkeypatch.context() as patched:
            patched.setattr("threading.Thread.start", NO_THREAD)
            second = pool.submit(lambda: "done")
        gate.set()
        assert first.result(SECONDS)
        assert second.result(SECONDS) == "done"


def test_a_pool_without_any_thread_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Threads(2)
    with monkeypatch.context() as patched:
        patched.setattr("threading.Thread.start", NO_THREAD)
        with pytest.raises(RuntimeError, match="new thread"):
            pool.submit(int)
    pool.shutdown(wait=False)


def test_in_the_loop_others_go_on_between_two_requests(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "get", lambda: loop)
    pool = RequestPool(Greenlets(), 1)
    began: list[object] = []

    def flood() -> None:
        """Requests that wait for nothing, and what comes while the first of them is answered."""
        works = [pool.submit(began.append, number) for number in range(3)]
        loop.post(lambda: began.append("another"))
        works[-1].add_done_callback(lambda _: ended.set())

    ended = threading.Event()
    loop.post(flood)
    assert ended.wait(SECONDS)
    assert began == [0, "another", 1, 2]


def test_in_the_loop_at_most_so_many_wait(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "get", lambda: loop)
    pool = RequestPool(Greenlets(), 2)
    gates = [Wakeup() for _ in range(3)]
    began: list[int] = []

    def wait(number: int) -> None:
        began.append(number)
        gates[number].wait()

    works = [pool.submit(wait, number) for number in range(3)]
    wait_until(lambda: began == [0, 1])
    gates[0].set()
    wait_until(lambda: began == [0, 1, 2])
    for gate in gates:
        gate.set()
    for work in works:
        work.result(SECONDS)
