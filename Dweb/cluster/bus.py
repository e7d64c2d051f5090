"""What tells the hubs that a room's log has grown, and passes words between processes. May lose both.

The interface, and the bus of a single process. ring() is called by the committer's thread, after the
commit and in the order of the commits; its events are stored already.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..live.wire import Event

Word = Mapping[str, Any]  # JSON; its "tell" says what it is about


class Bus(Protocol):
    """`well` is False while other processes cannot be reached, though there should be some."""

    well: bool

    def start(self) -> None: ...

    def ring(self, room: str, events: Sequence[Event]) -> None:
        """Say here and in the other processes that these events, of one room and in order, are in the log."""

    def tell(self, word: Word) -> None:
        """Pass a word on to the other processes. Never waits."""


class LocalBus:
    """One process, one hub: the ring is a call."""

    well = True

    def __init__(self, deliver: Callable[[str, Sequence[Event]], None]) -> None:
        self._deliver = deliver

    def start(self) -> None:
        """Nothing has to run."""

    def ring(self, room: str, events: Sequence[Event]) -> None:
        self._deliver(room, events)

    def tell(self, word: Word) -> None:
        """There is nobody else."""
