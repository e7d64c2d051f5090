"""Delivers the rooms' events to the clients that are live in them. Knows no database.

One thread at a time delivers: it holds `_delivering`, which may last and is taken before the registry's lock.
"""

import threading
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from .client import Client
from .direct import direct_users
from .framed import Framed, for_senders, frame, join, parts
from .registry import Registry
from .room import Room
from .sse import RoomEvents
from .subscriptions import HistoryGone, Subscriptions
from .wire import Event, reset_frame
from .writer import Writer


class Delivery:
    """Gives each live client of a room every event once and in order, in parts of about `part_bytes`."""

    def __init__(self, registry: Registry, subscriptions: Subscriptions, writer: Writer, part_bytes: int) -> None:
        self._registry = registry
        self._lock = registry.lock
        self._subscriptions = subscriptions
        self._writer = writer
        self._part_bytes = part_bytes
        self._delivering = threading.Lock()
        # Guarded by _delivering.
        self._last_pass = 0
        self.gaps = 0  # reads of the log

    def deliver(self, room: str, events: Sequence[Event]) -> None:
        """Sends events of the log, ascending, to the live clients of this room.

        A gap before them is filled from the log; older events are dropped. Waits for the writer if it is behind, so
        that a burst fills no outbox faster than it can be written.
        """
        with self._delivering:
            self._deliver(room, events)

    def resync(self, room: str, head: int) -> None:
        """Delivers all that the log has up to `head`: its events were not published to this process."""
        with self._delivering:
            while (delivered := self._subscriptions.delivered().get(room, head)) < head:
                if events := self._subscriptions.since(room, delivered):
                    self._deliver(room, events)
                else:
                    self._send_reset(room, head)

    def _deliver(self, room: str, events: Sequence[Event]) -> None:
        # A direct room to which a greeted client of its users is not subscribed was made after the greeting.
        new = self._subscriptions.subscribe_users(direct_users(room) or (), room)
        with self._subscriptions.going_live(new, [room]):
            for client in new:
                self._subscriptions.replay(client, room, 0, 0)
        with self._lock:
            state = self._registry.rooms.get(room)
            if state is None:
                return
            if state.delivered is None:
                state.delivered = events[-1].seq
                return
            last = state.delivered  # no other thread changes it until this delivery ends
        try:
            for part in parts(frame(self._continue(room, last, events)), self._part_bytes):
                self._send_part(state, part)
                if (removed := part[-1][0].removes) is not None:  # the next event is not theirs any more
                    self._subscriptions.unsubscribe_removed(removed, room)
        except HistoryGone:
            self._send_reset(room, events[-1].seq)

    def _continue(self, room: str, last: int, events: Sequence[Event]) -> Iterator[Event]:
        """The events after `last`, without a gap. Raises HistoryGone."""
        for event in events:
            while event.seq > last + 1:
                self.gaps += 1
                missing = self._subscriptions.page(room, last)
                yield from missing
                last = missing[-1].seq
            if event.seq > last:
                yield event
                last = event.seq

    def _send_part(self, state: Room, framed: list[Framed]) -> None:
        everyone = b"".join(frame for _, frame in framed)
        own = for_senders(framed)
        with self._lock:  # a client that resumes meanwhile need not wait, and goes ahead
            state.keep(framed, self._part_bytes)
        self._writer.wait(self._last_pass)
        with self._lock:
            live, streams = list(state.live), list(state.streams)
            ahead = state.advance(framed[-1][0].seq)
        for client, cursor in ahead.items():
            if missing := [each for each in framed if each[0].seq > cursor]:
                client.send_events(missing, join(missing, client.user_id))
        first, given = self._writer.put(live, everyone, own)
        if streams:
            own_events = {user_id: RoomEvents(framed, frames) for user_id, frames in own.items()}
            others, more = self._writer.put(streams, RoomEvents(framed, everyone), own_events)
            first, given = _in_turns(first, others), given + more
        self._last_pass = self._writer.wake(first, given * len(framed))

    def _send_reset(self, room: str, seq: int) -> None:
        with self._lock:
            state = self._registry.rooms.get(room)
            if state is None:
                return
            state.skip(seq)
            live = state.everyone_live()
        for client in live:
            client.outbox.begin({room: seq})
        self._last_pass = self._writer.fan_out(live, reset_frame(room))


def _in_turns(some: Sequence[Client], others: Sequence[Client]) -> list[Client]:
    """Both, in an order in which neither waits for all of the other."""
    return [client for both in zip_longest(some, others) for client in both if client is not None]
