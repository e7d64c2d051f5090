"""The outbox of a stream: translates frames into server-sent events, and gives each event of a log its id.

Any thread may push(). The lock is taken before that of the outbox: what an id says was pushed before it.
"""

import threading
from collections.abc import Mapping
from functools import lru_cache

from websockets.frames import Frame, Opcode

from .outbox import Outbox, Pushed
from .sse import RoomEvents, alone, id_of, mark, translated

PING = Frame(Opcode.PING, b"").serialize(mask=False)
READY = b'data: {"type":"ready"'
_SHOWN = ("presence", "typing", "read", "level", "pinned", "hidden", "quiet", "picture", "blocked")
FOR_EYES = tuple(b'data: {"type":"%b"' % name.encode() for name in _SHOWN)


class StreamOutbox(Outbox):
    """With `for_program` it leaves out what is for people's eyes alone."""

    __slots__ = ("_begin", "_epoch", "_for_program", "_last", "_marks", "_order")
    takes_events = True

    def __init__(self, limit: int, epoch: str, *, for_program: bool) -> None:
        super().__init__(limit)
        self._epoch = epoch
        self._for_program = for_program
        self._order = threading.Lock()
        self._marks: dict[str, bytes] = {}  # of the last number of each room, those of the newest events last
        self._last: str | None = None  # the room of the last event
        self._begin = b""  # of the id of that room's events

    @property
    def event_bytes(self) -> int:
        with self._order:
            return len(id_of(self._epoch, self._marks.values()))

    def begin(self, cursors: Mapping[str, int]) -> None:
        with self._order:
            self._marks |= {room: mark(room, seq) for room, seq in cursors.items()}
            self._last = None

    def push(self, frames: bytes | RoomEvents) -> Pushed:
        if isinstance(frames, RoomEvents):
            return self._push_events(frames)
        text = _translated(frames)
        if text.startswith(READY):
            return self._push_placed(text)
        if self._for_program and text.startswith(FOR_EYES):
            return Pushed.QUEUED
        return super().push(text)

    def finish(self, frame: bytes) -> bool:
        return super().finish(translated(frame))

    def _push_events(self, events: RoomEvents) -> Pushed:
        with self._order:
            if events.room != self._last:
                self._marks.pop(events.room, None)
                others = self._marks.values()
                self._begin = id_of(self._epoch, others) + b" " if others else alone(self._epoch)
                self._last = events.room
            self._marks[events.room] = events.mark
            return super().push(events.text(self._begin))

    def _push_placed(self, text: bytes) -> Pushed:
        """An event that gives the client an id, though it is none of a log."""
        with self._order:
            return super().push(b"id: %b\n%b" % (id_of(self._epoch, self._marks.values()), text))


@lru_cache(4)
def _translated(frames: bytes) -> bytes:
    """Once for all to whom the same frames are sent."""
    return translated(frames)
