"""A loop of a test's own, and calls in it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from Dweb.parking.loop import Loop

Run = Callable[[Callable[[], Any]], "Future[Any]"]


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def in_loop(loop: Loop) -> Run:
    """Makes a call in a greenlet of the loop."""

    def run(work: Callable[[], Any]) -> "Future[Any]":
        result: Future[Any] = Future()

        def answer() -> None:
            try:
                result.set_result(work())
            except BaseException as error:
                result.set_exception(error)

        loop.spawn(answer)
        return result

    return run
