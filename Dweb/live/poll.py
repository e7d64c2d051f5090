"""The outbox of a long poll: gathers events of logs until there is something to answer.

Any thread may push(). Of frames that are no events of a log, it takes note of those that reset a room.
"""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from .outbox import Outbox, Pushed
from .sse import RESET, RoomEvents, id_of, mark, translated
from .wire import as_json


class Gathered(NamedTuple):
    """The JSON of events, the last numbers of the poll's rooms, and the rooms that are to be loaded again."""

    events: list[bytes]
    last: dict[str, int]
    reset: list[str]

    def as_json(self, epoch: str) -> bytes:
        """The answer of a poll."""
        id = id_of(epoch, [mark(room, seq) for room, seq in self.last.items()])
        where: dict[str, object] = {"last": self.last, "epoch": epoch, "id": id.decode()}
        if self.reset:
            where["reset"] = self.reset
        return b'{"events":[%b],%b' % (b",".join(self.events), as_json(where)[1:].encode())


class PollOutbox(Outbox):
    """Gathers at most `most` events, and `limit` bytes of them or the first one; calls `on_event` for each push."""

    __slots__ = ("_cursors", "_events", "_left", "_most", "_on_event", "_over", "_reset")
    takes_events = True

    def __init__(self, limit: int, most: int, on_event: Callable[[], None]) -> None:
        super().__init__(limit)
        self._most = most
        self._left = limit
        self._on_event = on_event
        self._cursors: dict[str, int] = {}
        self._events: list[bytes] = []
        self._reset: list[str] = []
        self._over = False  # an event has come for which there was no room: later ones would leave a gap

    @property
    def has_something(self) -> bool:
        return bool(self._events or self._reset)

    @property
    def is_over(self) -> bool:
        """True if it takes no more."""
        return self._over

    def begin(self, cursors: Mapping[str, int]) -> None:
        with self._lock:
            if not self._over:
                self._cursors |= cursors

    def push(self, frames: bytes | RoomEvents) -> Pushed:
        with self._lock:
            if not self._over:
                if isinstance(frames, RoomEvents):
                    self._gather(frames)
                elif (text := translated(frames)).startswith(RESET):
                    self._reset.append(json.loads(text.partition(b"data: ")[2])["room"])
        if self.has_something:
            self._on_event()
        return Pushed.QUEUED

    def gathered(self) -> Gathered:
        """Ends the poll, and returns what has come."""
        with self._lock:
            self._over = True
            return Gathered(self._events, self._cursors, self._reset)

    def _gather(self, events: RoomEvents) -> None:
        for seq, payload in zip(events.numbers, events.payloads, strict=True):
            if self._events and (len(self._events) >= self._most or len(payload) > self._left):
                self._over = True
                return
            self._events.append(payload)
            self._left -= len(payload)
            self._cursors[events.room] = seq
