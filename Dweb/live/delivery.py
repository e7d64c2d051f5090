"""The delivery of the rooms' logs to everyone who is live in them. Knows no database.

A lock of its own lets one thread at a time deliver, for as long as that takes; it is taken before the hub's.
"""

import threading
from collections.abc import Iterator, Sequence

from .framed import Framed, for_senders, frame, join, parts
from .room import Room
from .rooms import HistoryGone, Rooms
from .wire import Event, direct_users, encode
from .writer import Writer


class Delivery:
    """Events go to those who are live in `rooms`, whose lock is the hub's."""

    def __init__(self, lock: threading.Lock, rooms: Rooms, writer: Writer, part_bytes: int) -> None:
        self._lock = lock
        self._rooms = rooms
        self._writer = writer
        self._part_bytes = part_bytes
        self._delivering = threading.Lock()
        # Of those who deliver.
        self._last_pass = 0
        self.gaps = 0  # reads of the log

    def deliver(self, room: str, events: Sequence[Event]) -> None:
        """Send events of the log, ascending, to everyone who is live in this room.

        What is missing before them is read from the log; what was delivered before is dropped. Waits for the
        writer if it is behind, so that a burst fills no outbox faster than it can be written.
        """
        with self._delivering:
            self._deliver(room, events)

    def catch_up(self, room: str, head: int) -> None:
        """As deliver(), for all that the log has up to `head`: nobody has rung for it."""
        with self._delivering:
            while (delivered := self._rooms.delivered().get(room, head)) < head:
                if events := self._rooms.since(room, delivered):
                    self._deliver(room, events)
                else:
                    self._send_reset(room, head)

    def _deliver(self, room: str, events: Sequence[Event]) -> None:
        # A direct room that a greeted connection of its people does not watch was made after the greeting.
        new = self._rooms.admit(direct_users(room) or (), room)
        with self._rooms.settle(new, [room]):
            for client in new:
                self._rooms.follow(client, room, 0, 0)
        with self._lock:
            state = self._rooms.get(room)
            if state is None:
                return
            if state.delivered is None:
                state.delivered = events[-1].seq
                return
            last = state.delivered  # until this delivery ends, nobody else changes it
        try:
            for part in parts(frame(self._continue(room, last, events)), self._part_bytes):
                self._send_part(state, part)
        except HistoryGone:
            self._send_reset(room, events[-1].seq)

    def _continue(self, room: str, last: int, events: Sequence[Event]) -> Iterator[Event]:
        """The events after `last`, without a gap. Raises HistoryGone."""
        for event in events:
            while event.seq > last + 1:
                self.gaps += 1
                missing = self._rooms.page(room, last)
                yield from missing
                last = missing[-1].seq
            if event.seq > last:
                yield event
                last = event.seq

    def _send_part(self, state: Room, framed: list[Framed]) -> None:
        everyone = b"".join(frame for _, frame in framed)
        own = for_senders(framed)
        with self._lock:  # who comes back meanwhile need not wait, and goes ahead
            state.keep(framed, self._part_bytes)
        self._writer.wait(self._last_pass)
        with self._lock:
            live = list(state.live)
            ahead = state.advance(framed[-1][0].seq)
        for client, cursor in ahead.items():
            client.send(join(((event, frame) for event, frame in framed if event.seq > cursor), client.user_id))
        self._last_pass = self._writer.fan_out(live, everyone, own, len(framed))

    def _send_reset(self, room: str, seq: int) -> None:
        with self._lock:
            state = self._rooms.get(room)
            if state is None:
                return
            state.skip(seq)
            live = state.everyone_live()
        self._last_pass = self._writer.fan_out(live, encode({"type": "reset", "room": room}))
