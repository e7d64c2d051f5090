"""A second process of one chat, in this one: what goes over the bus arrives at once, as it is on the wire."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from Dweb.cluster.bus import Message
from Dweb.live.wire import Event
from Dweb.runtime import Runtime


class TwinBus:
    """The bus of the process `here`, whose only other process is `there`."""

    healthy = True

    def __init__(self, here: Runtime, there: Runtime) -> None:
        self._here, self._there = here, there

    def start(self) -> None:
        """Nothing has to run."""

    def publish(self, room: str, events: Sequence[Event]) -> None:
        for runtime in (self._here, self._there):
            runtime.delivery.deliver(room, events)

    def send(self, message: Message) -> None:
        self._there._handle(json.loads(json.dumps(message)))


@contextmanager
def twin_of(live: Runtime) -> Iterator[Runtime]:
    made = Runtime()
    made.writer.start()
    bus = live.bus
    live.bus, made.bus = TwinBus(live, made), TwinBus(made, live)
    try:
        yield made
    finally:
        live.bus = bus
        made.writer.stop()
