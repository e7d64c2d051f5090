"""What tells the hubs that a room's log has grown. Carries events that are stored already; may lose them.

The interface, and the bus of a single process. ring() is called by the committer's thread, after the
commit and in the order of the commits.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from .wire import Event


class Bus(Protocol):
    """`ring` says that these events, of one room and in order, are in the log."""

    def ring(self, room: str, events: Sequence[Event]) -> None: ...


class LocalBus:
    """One process, one hub: the ring is a call."""

    def __init__(self, deliver: Callable[[str, Sequence[Event]], None]) -> None:
        self._deliver = deliver

    def ring(self, room: str, events: Sequence[Event]) -> None:
        self._deliver(room, events)
