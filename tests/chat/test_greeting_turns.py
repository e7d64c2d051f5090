"""A greeting that names many rooms lets the loop's other greenlets go on."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from Dweb.models import User
from Dweb.parking import loop
from Dweb.parking.wakeup import Wakeup, give_way
from Dweb.runtime import Runtime
from Dweb.views.fields import clean_hello

from ..support.fakes import talk

ROOMS = {f"room{number}": number for number in range(1_000)}


def test_its_rooms_are_parsed_in_turns(
    in_loop: Callable[[Callable[[], Any]], "Future[Any]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "STEP_SECONDS", 0)
    parsed = Wakeup()
    turns = 0

    def other() -> None:
        nonlocal turns
        while not parsed.wait(0):
            turns += 1
            give_way()

    def parse() -> None:
        assert clean_hello({"type": "hello", "last": ROOMS}).seen == ROOMS
        parsed.set()

    beside = in_loop(other)
    in_loop(parse).result(30)
    beside.result(30)
    assert turns > len(ROOMS) / 2


def test_its_resets_are_sent_in_turns(live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[None] = []
    monkeypatch.setattr("Dweb.chat.greeting.give_way", lambda: turns.append(None))
    frames = talk(live, alice, {"type": "hello", "epoch": "another", "last": ROOMS})
    assert [frame["type"] for frame in frames].count("reset") == len(ROOMS)
    assert len(turns) >= len(ROOMS)
