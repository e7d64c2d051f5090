"""Waiting for what must come: conditions and threads, never a guess at how long something takes."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

SECONDS = 10.0  # no test waits longer for anything


def wait_until(condition: Callable[[], object], timeout: float = SECONDS) -> None:
    """Return once the condition holds; fails when it does not come to hold."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def in_thread(work: Callable[[], Any]) -> "Future[Any]":
    """Run `work` in a thread of its own; result(SECONDS) is what it returned or raised."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
