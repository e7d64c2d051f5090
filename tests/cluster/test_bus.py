"""The bus of one process: a ring is a call, at once and in order."""

from collections.abc import Sequence

from Dweb.cluster.bus import LocalBus
from Dweb.live.wire import Event

from ..support.log import Log


def test_a_ring_is_delivered_before_it_returns_and_in_order() -> None:
    heard: list[tuple[str, Sequence[Event]]] = []
    log = Log()
    bus = LocalBus(lambda room, events: heard.append((room, events)))
    for room in ("lobby", "111", "lobby"):
        events = log.append(room, 2)
        bus.ring(room, events)
        assert heard[-1] == (room, events)
    assert [room for room, _ in heard] == ["lobby", "111", "lobby"]
