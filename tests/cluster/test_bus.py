"""The bus of one process: to publish is to deliver, at once and in order."""

from collections.abc import Sequence

from Dweb.cluster.bus import LocalBus
from Dweb.live.wire import Event

from ..support.log import Log


def test_events_are_delivered_before_publish_returns_and_in_order() -> None:
    delivered: list[tuple[str, Sequence[Event]]] = []
    log = Log()
    bus = LocalBus(lambda room, events: delivered.append((room, events)))
    for room in ("lobby", "111", "lobby"):
        events = log.append(room, 2)
        bus.publish(room, events)
        assert delivered[-1] == (room, events)
    assert [room for room, _ in delivered] == ["lobby", "111", "lobby"]
