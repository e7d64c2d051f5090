"""What a view in the loop asks for the first time may be asked by another thread just then: the loop goes on."""

import threading

import pytest

from Dweb.models import Epoch
from Dweb.runtime import Runtime

from ..support.loop import Run
from ..support.waiting import SECONDS, in_thread, wait_until

pytestmark = pytest.mark.once


def test_the_loop_goes_on_while_another_thread_asks_for_the_epoch(
    live: Runtime, in_loop: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def current() -> str:
        asking.append(threading.current_thread())
        assert answered.wait(SECONDS)
        return "epoch"

    asking: list[threading.Thread] = []
    answered = threading.Event()
    monkeypatch.setattr(Epoch, "current", current)
    waiting = [in_thread(lambda: live.epoch)]
    wait_until(lambda: asking)
    waiting.append(in_loop(lambda: live.epoch))
    assert in_loop(lambda: "goes on").result(SECONDS / 2) == "goes on"
    answered.set()
    assert [each.result(SECONDS) for each in waiting] == ["epoch"] * 2
