"""A wakeup: in the loop the greenlet parks and others go on, in any other thread the thread blocks."""

import threading
import time
from concurrent.futures import Future

import pytest

from Dweb.parking.loop import Loop, current
from Dweb.parking.wakeup import Wakeup, give_way, result_of, sleep

from ..support.loop import Run
from ..support.waiting import in_thread

pytestmark = pytest.mark.once


@pytest.fixture(params=["in the loop", "in a thread"])
def run(request: pytest.FixtureRequest, in_loop: Run) -> Run:
    return in_loop if request.param == "in the loop" else in_thread


def test_who_waits_goes_on_once_it_is_set(run: Run) -> None:
    wakeup = Wakeup()
    waiting = run(lambda: wakeup.wait(10))
    wakeup.set()
    assert waiting.result(10) is True


def test_one_that_is_set_already_is_not_waited_for(run: Run) -> None:
    wakeup = Wakeup()
    wakeup.set()
    assert run(lambda: wakeup.wait(0)).result(10) is True


def test_the_time_may_be_up_before(run: Run) -> None:
    assert run(lambda: Wakeup().wait(0.01)).result(10) is False


def test_after_the_time_it_can_be_set_and_waited_for_again(run: Run) -> None:
    wakeup = Wakeup()

    def work() -> list[bool]:
        seen = [wakeup.wait(0.01)]
        threading.Thread(target=wakeup.set).start()
        seen.append(wakeup.wait(10))
        wakeup.clear()
        return [*seen, wakeup.wait(0.01)]

    assert run(work).result(10) == [False, True, False]


def test_a_late_set_wakes_nobody_who_waits_for_something_else(in_loop: Run) -> None:
    late, other = Wakeup(), Wakeup()

    def work() -> bool:
        late.wait(0.001)
        late.set()
        return other.wait(0.05)

    assert in_loop(work).result(10) is False


def test_while_one_is_parked_others_go_on_in_the_same_thread(in_loop: Run) -> None:
    first, second = Wakeup(), Wakeup()
    seen: list[tuple[str, int]] = []

    def one() -> None:
        first.wait()
        seen.append(("one", threading.get_ident()))
        second.set()

    def other() -> None:
        first.set()
        second.wait()
        seen.append(("other", threading.get_ident()))

    waiting = [in_loop(one), in_loop(other)]
    for each in waiting:
        each.result(10)
    assert [name for name, _ in seen] == ["one", "other"]
    assert len({thread for _, thread in seen}) == 1 != threading.get_ident()


def test_many_that_sleep_at_once_sleep_no_longer_than_one(in_loop: Run) -> None:
    began = time.monotonic()
    for each in [in_loop(lambda: sleep(0.05)) for _ in range(1_000)]:
        each.result(10)
    assert time.monotonic() - began < 10  # one after the other they would need 50


def test_a_result_is_waited_for(run: Run) -> None:
    result: Future[str] = Future()
    waiting = run(lambda: result_of(result, 10))
    result.set_result("done")
    assert waiting.result(10) == "done"
    with pytest.raises(TimeoutError):
        run(lambda: result_of(Future(), 0.01)).result(10)


def test_one_that_never_parks_gives_way_when_it_has_run_for_long(in_loop: Run) -> None:
    stop = Wakeup()

    def busy() -> None:
        while not stop.wait(0):
            give_way()

    running = in_loop(busy)
    in_loop(stop.set).result(10)
    running.result(10)


def test_a_step_that_fails_ends_nobody_else(loop: Loop, in_loop: Run, caplog: pytest.LogCaptureFixture) -> None:
    loop.post(lambda: 1 / 0)
    assert in_loop(current).result(10) is loop
    assert "ZeroDivisionError" in caplog.text


def test_the_loop_itself_cannot_wait(loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    tried: Future[None] = Future()

    def wait() -> None:
        try:
            sleep(1)
        except RuntimeError as error:
            tried.set_exception(error)

    loop.post(wait)
    with pytest.raises(RuntimeError, match="cannot wait"):
        tried.result(10)
