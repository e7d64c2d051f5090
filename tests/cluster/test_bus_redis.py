"""The bus between processes, over a real Redis: what comes through, and what is made of the rest."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from Dweb.cluster import bus_redis
from Dweb.cluster.bus import check
from Dweb.cluster.bus_redis import RedisBus, connect
from Dweb.cluster.seal import Rejected, Seal
from Dweb.live.wire import Event, Kind

from ..support.redis import RedisServer
from ..support.waiting import wait_until

pytestmark = pytest.mark.once

TIME = datetime(2024, 2, 29, 12, 30, 15, 678_901, tzinfo=UTC)
EVENTS = [
    Event("@1.2", 7, 77, 1, "爱丽丝", "你好 👋🏽", TIME, userto=2, cid="c", reply=3, edited=TIME),
    Event("@1.2", 8, 78, 1, "爱丽丝", "", TIME, kind=Kind.DELETION, of=7),
    Event("@1.2", 9, 79, 2, "Bob", "", TIME, data={"files": [{"id": "f", "name": "海.png", "size": 1, "width": 4}]}),
]


SEAL = Seal("secret")


class Ended(BaseException):
    """Ends a bus's thread, which otherwise ends with the process."""


def end() -> str:
    raise Ended


class MortalBus(RedisBus):
    def _publish_all(self) -> None:
        with suppress(Ended):
            super()._publish_all()

    def _listen(self) -> None:
        with suppress(Ended):
            super()._listen()


class Process:
    """A bus, and what it received. Its threads end with it."""

    def __init__(self, redis: RedisServer, me: str) -> None:
        self.received: list[tuple[str, Any]] = []
        self.resyncs = 0
        self.bus = MortalBus(
            connect(redis.url),
            SEAL,
            lambda: "dweb:test",
            me,
            deliver=lambda room, events: self.received.append((room, list(events))),
            resync_room=lambda room, head: self.received.append((room, head)),
            handle=self._handle,
            resync=self._resync,
        )
        self.bus.start()
        wait_until(lambda: self.bus.healthy)

    def _handle(self, message: Any) -> None:
        if message["type"] == "end":
            end()
        self.received.append((message["type"], message))

    def _resync(self) -> None:
        self.resyncs += 1

    def end(self) -> None:
        self.bus._queue.put(end)


@pytest.fixture
def pair(redis: RedisServer) -> Iterator[tuple[Process, Process]]:
    one, other = Process(redis, "one"), Process(redis, "other")
    yield one, other
    if not redis.running:
        redis.start()
    wait_until(lambda: one.bus.healthy and other.bus.healthy)
    one.bus.send({"type": "end"})
    other.bus.send({"type": "end"})
    one.end()
    other.end()


def publish(redis: RedisServer, message: object, number: int = 1, sender: str = "later") -> None:
    redis.client.publish("dweb:test", SEAL.close("dweb:test", f"{sender} {number} {json.dumps(message)}"))


def test_published_events_reach_the_others_and_are_delivered_here_at_once(pair: tuple[Process, Process]) -> None:
    one, other = pair
    one.bus.publish("@1.2", EVENTS)
    assert one.received == [("@1.2", EVENTS)]
    wait_until(lambda: other.received)
    assert other.received == [("@1.2", EVENTS)]
    assert other.received[0][1][1].kind == Kind.DELETION
    other.bus.send({"type": "something"})
    wait_until(lambda: len(one.received) > 1)
    assert [kind for kind, _ in one.received] == ["@1.2", "something"]  # what it published did not come back


def test_many_events_are_announced_by_number_alone(
    pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_redis, "MAX_EVENTS_BYTES", 100)
    one, other = pair
    one.bus.publish("@1.2", EVENTS)
    wait_until(lambda: other.received)
    assert other.received == [("@1.2", 9)]


@pytest.mark.parametrize(
    ("message", "received"),
    [
        ({"v": 5, "room": "lobby", "head": 9, "events": [{"new": 1}]}, [("lobby", 9)]),
        ({"v": 5, "type": "new"}, []),
        ({"v": 4, "room": "lobby", "head": 9, "events": [{"new": 1}]}, []),
        ({"v": 4, "room": "lobby", "head": 9, "events": {"seq": 9}}, []),
        ({"v": 4, "room": "lobby", "head": "9", "events": []}, []),
        ({"v": 4, "room": 7, "head": 9, "events": []}, []),
        ({"v": 4, "type": 5}, []),
        ({"v": 4}, []),
        ({}, []),
        ([], []),
        (None, []),
    ],
)
def test_what_is_not_understood_ends_nothing(
    pair: tuple[Process, Process], redis: RedisServer, message: Any, received: Sequence[Any]
) -> None:
    one, other = pair
    publish(redis, message)
    one.bus.send({"type": "after it"})
    wait_until(lambda: [kind for kind, _ in other.received][-1:] == ["after it"])
    assert other.received[:-1] == list(received)


def as_members(**changed: object) -> dict[str, Any]:
    return json.loads(json.dumps(EVENTS[0]._asdict() | changed, default=datetime.isoformat))


@pytest.mark.parametrize(
    "changed",
    [{"seq": "7"}, {"text": None}, {"time": 5}, {"time": "noon"}, {"userto": []}, {"room": "lobby"}, {"more": 1}],
)
def test_an_event_with_a_wrong_member_is_not_delivered(
    pair: tuple[Process, Process], redis: RedisServer, changed: dict[str, object]
) -> None:
    _, other = pair
    message = {"v": bus_redis.VERSION, "room": "@1.2", "head": 7}
    publish(redis, message | {"events": [as_members(**changed)]}, 1)
    publish(redis, message | {"events": [as_members()]}, 2)
    wait_until(lambda: other.received)
    assert other.received == [("@1.2", EVENTS[:1])]


def test_a_number_is_taken_once_and_rises(pair: tuple[Process, Process], redis: RedisServer) -> None:
    _, other = pair
    for number in (5, 5, 4, 1, 6, 6):
        publish(redis, {"v": bus_redis.VERSION, "type": str(number)}, number)
    publish(redis, {"v": bus_redis.VERSION, "type": "another"}, 1, "another")
    wait_until(lambda: [kind for kind, _ in other.received][-1:] == ["another"])
    assert [kind for kind, _ in other.received] == ["5", "6", "another"]


def test_a_message_has_the_members_of_its_shape() -> None:
    check({"type": "typing", "user": 7, "room": "lobby", "more": None}, {"user": int, "room": str})
    for wrong in ({"user": True, "room": "lobby"}, {"user": 7}, {"user": 7, "room": ["lobby"]}):
        with pytest.raises(Rejected, match=r"^a message 'typing' has no (user|room), or a wrong one$"):
            check({"type": "typing"} | wrong, {"user": int, "room": str})


@pytest.mark.parametrize("away", [RedisServer.stop, RedisServer.hang])
def test_without_redis_events_are_delivered_here_and_all_goes_on_later(
    pair: tuple[Process, Process], redis: RedisServer, away: Callable[[RedisServer], None]
) -> None:
    one, other = pair
    away(redis)
    one.bus.publish("@1.2", EVENTS)
    assert one.received == [("@1.2", EVENTS)]
    wait_until(lambda: not one.bus.healthy and not other.bus.healthy)
    redis.go_on() if redis.running else redis.start()
    wait_until(lambda: one.bus.healthy and other.bus.healthy)
    wait_until(lambda: (one.resyncs, other.resyncs) == (2, 2))
    one.bus.send({"type": "again"})
    wait_until(lambda: "again" in [kind for kind, _ in other.received])


def test_what_waits_for_redis_is_bounded(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_redis, "MAX_QUEUE", 3)
    nothing: Any = None
    bus = RedisBus(
        connect(redis.url), SEAL, nothing, "one", deliver=nothing, resync_room=nothing, handle=nothing, resync=nothing
    )
    for number in range(5):
        bus.send({"type": number})  # no thread publishes
    assert [json.loads(bus._queue.get()())["type"] for _ in range(bus._queue.qsize())] == [0, 1, 2]


class Clock:
    """Stands still but for what a test adds."""

    now = 0.0
    sleep = staticmethod(time.sleep)

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(bus_redis, "time", made)
    return made


def test_what_takes_long_here_is_no_silence_of_redis(
    clock: Clock, pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair

    def catch_up(room: str, head: int) -> None:
        clock.now += 2 * bus_redis.SILENT_SECONDS

    other.bus._catch_up = catch_up
    monkeypatch.setattr(bus_redis, "MAX_EVENTS_BYTES", 1)
    one.bus.publish("@1.2", EVENTS)
    one.bus.send({"type": "after it"})
    wait_until(lambda: "after it" in [kind for kind, _ in other.received])
    assert other.resyncs == 1
