"""The bus between processes, over a real Redis: what comes through, and what is made of the rest."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from Dweb.cluster import bus_redis
from Dweb.cluster.bus_redis import RedisBus, connect
from Dweb.live.wire import Event, Kind

from ..support.redis import RedisServer
from ..support.waiting import wait_until

pytestmark = pytest.mark.once

TIME = datetime(2024, 2, 29, 12, 30, 15, 678_901, tzinfo=UTC)
EVENTS = [
    Event("@1.2", 7, 77, 1, "爱丽丝", "你好 👋🏽", TIME, userto=2, cid="c", reply=3, edited=TIME),
    Event("@1.2", 8, 78, 1, "爱丽丝", "", TIME, kind=Kind.DELETION, of=7),
]


class Ended(BaseException):
    """Ends a bus's thread, which otherwise ends with the process."""


def end() -> str:
    raise Ended


class MortalBus(RedisBus):
    def _publish(self) -> None:
        with suppress(Ended):
            super()._publish()

    def _listen(self) -> None:
        with suppress(Ended):
            super()._listen()


class Process:
    """A bus, and what it was told. Its threads end with it."""

    def __init__(self, redis: RedisServer, me: str) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.came_back = 0
        self.bus = MortalBus(
            connect(redis.url),
            lambda: "dweb:test",
            me,
            deliver=lambda room, events: self.heard.append((room, list(events))),
            catch_up=lambda room, head: self.heard.append((room, head)),
            hear=self._hear,
            came_back=self._came_back,
        )
        self.bus.start()
        wait_until(lambda: self.bus.well)

    def _hear(self, word: Any) -> None:
        if word["tell"] == "end":
            end()
        self.heard.append((word["tell"], word))

    def _came_back(self) -> None:
        self.came_back += 1

    def end(self) -> None:
        self.bus._queue.put(end)


@pytest.fixture
def pair(redis: RedisServer) -> Iterator[tuple[Process, Process]]:
    one, other = Process(redis, "one"), Process(redis, "other")
    yield one, other
    if not redis.running:
        redis.start()
    wait_until(lambda: one.bus.well and other.bus.well)
    one.bus.tell({"tell": "end"})
    other.bus.tell({"tell": "end"})
    one.end()
    other.end()


def say(redis: RedisServer, word: dict[str, Any] | bytes) -> None:
    redis.client.publish("dweb:test", word if isinstance(word, bytes) else json.dumps(word))


def test_a_ring_carries_its_events_to_the_others_and_is_delivered_here_at_once(pair: tuple[Process, Process]) -> None:
    one, other = pair
    one.bus.ring("@1.2", EVENTS)
    assert one.heard == [("@1.2", EVENTS)]
    wait_until(lambda: other.heard)
    assert other.heard == [("@1.2", EVENTS)]
    assert other.heard[0][1][1].kind == Kind.DELETION
    other.bus.tell({"tell": "something"})
    wait_until(lambda: len(one.heard) > 1)
    assert [kind for kind, _ in one.heard] == ["@1.2", "something"]  # its own ring did not come back


def test_a_long_ring_is_told_without_its_events(pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_redis, "MAX_RING_BYTES", 100)
    one, other = pair
    one.bus.ring("@1.2", EVENTS)
    wait_until(lambda: other.heard)
    assert other.heard == [("@1.2", 8)]


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ({"v": 2, "from": "later", "room": "lobby", "head": 9, "events": [{"new": 1}]}, [("lobby", 9)]),
        ({"v": 2, "from": "later", "tell": "new"}, []),
        ({"v": 1, "from": "odd", "room": "lobby", "head": 9, "events": [{"new": 1}]}, []),
        ({"v": 1}, []),
        (b"\xff no JSON", []),
        (b"[]", []),
    ],
)
def test_what_is_not_understood_ends_nothing(
    pair: tuple[Process, Process], redis: RedisServer, word: Any, heard: Sequence[Any]
) -> None:
    one, other = pair
    say(redis, word)
    one.bus.tell({"tell": "after it"})
    wait_until(lambda: [kind for kind, _ in other.heard][-1:] == ["after it"])
    assert other.heard[:-1] == list(heard)


@pytest.mark.parametrize("away", [RedisServer.stop, RedisServer.hang])
def test_without_redis_a_ring_is_delivered_here_and_all_goes_on_later(
    pair: tuple[Process, Process], redis: RedisServer, away: Callable[[RedisServer], None]
) -> None:
    one, other = pair
    away(redis)
    one.bus.ring("@1.2", EVENTS)
    assert one.heard == [("@1.2", EVENTS)]
    wait_until(lambda: not one.bus.well and not other.bus.well)
    redis.go_on() if redis.running else redis.start()
    wait_until(lambda: one.bus.well and other.bus.well)
    assert (one.came_back, other.came_back) == (2, 2)
    one.bus.tell({"tell": "again"})
    wait_until(lambda: "again" in [kind for kind, _ in other.heard])


def test_what_waits_for_redis_is_bounded(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_redis, "MAX_QUEUE", 3)
    nothing: Any = None
    bus = RedisBus(
        connect(redis.url), nothing, "one", deliver=nothing, catch_up=nothing, hear=nothing, came_back=nothing
    )
    for number in range(5):
        bus.tell({"tell": number})  # nobody publishes
    assert [json.loads(bus._queue.get()())["tell"] for _ in range(bus._queue.qsize())] == [0, 1, 2]


def test_what_takes_long_here_is_no_silence_of_redis(
    pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_redis, "SILENT_SECONDS", 0.3)
    monkeypatch.setattr(bus_redis, "ASK_SECONDS", 0.1)
    one, other = pair
    busy = threading.Event()
    other.bus._catch_up = lambda room, head: busy.wait(1)
    monkeypatch.setattr(bus_redis, "MAX_RING_BYTES", 1)
    one.bus.ring("@1.2", EVENTS)
    one.bus.tell({"tell": "after it"})
    wait_until(lambda: "after it" in [kind for kind, _ in other.heard])
    assert other.came_back == 1
