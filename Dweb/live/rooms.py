"""Who gets what: the rooms that somebody here watches, and the delivery of their logs. Knows no database.

The hub's lock guards all of it. A second lock lets one thread at a time deliver, for as long as that takes; it is
taken before the hub's. The log is read through `since`, never under the hub's lock.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from .client import Client, Person
from .framed import Framed, for_senders, frame, join, parts
from .tail import Tail
from .wire import Event, direct_users, encode
from .writer import Writer

# Reads a page of a room's log: the events after `seq`, ascending and without gaps; empty at the head.
Since = Callable[[str, int], Sequence[Event]]


TAIL_BYTES = 256  # for each who watches a room, so much of its newest messages is kept


class HistoryGone(Exception):
    """The log does not go on after a number, though it should: events were deleted, or a backup was restored."""


class _Room:
    """`live` clients have everything up to `delivered`, and get what comes; other watchers are catching up."""

    __slots__ = ("ahead", "delivered", "live", "tail", "watchers")

    def __init__(self) -> None:
        self.delivered: int | None = None  # None: nobody is live and nothing has come yet
        self.watchers: set[Client] = set()
        self.live: set[Client] = set()
        self.tail = Tail()  # up to `delivered`, and what is being delivered
        self.ahead: dict[Client, int] = {}  # live, but have read the log further than the bus has told


class Rooms:
    """The hub's rooms. `people` is the hub's `clients`."""

    def __init__(
        self, lock: threading.Lock, people: Mapping[int, Person], writer: Writer, since: Since, part_bytes: int
    ) -> None:
        self._lock = lock
        self._people = people
        self._writer = writer
        self._since = since
        self._part_bytes = part_bytes
        self._rooms: dict[str, _Room] = {}
        # Many who come back at once take turns, page by page: what is live must not wait for all of them.
        self._turn = threading.Lock()
        self._delivering = threading.Lock()
        # Of those who deliver.
        self._last_pass = 0
        self.gaps = 0  # reads of the log

    # For any thread.

    def watch(self, client: Client, rooms: Iterable[str]) -> list[str]:
        """Note what comes in these rooms from now on. Returns those that were not watched yet: follow() them."""
        with self._lock:
            new = [room for room in rooms if room not in client.rooms]
            for room in new:
                self._watch(client, room)
        return new

    def admit(self, user_ids: Iterable[int], room: str) -> list[Client]:
        """Have every connection of these users watch a room. Returns those that did not yet: follow() them.

        A connection that is not greeted yet finds the room in its `missed` once it is.
        """
        new = []
        with self._lock:
            for user_id in user_ids:
                person = self._people.get(user_id)
                for client in person.clients if person else ():
                    if room in client.rooms:
                        continue
                    if client.greeted:
                        self._watch(client, room)
                        new.append(client)
                    else:
                        client.missed.add(room)
        return new

    @contextmanager
    def settle(self, clients: Iterable[Client], rooms: Iterable[str]) -> Iterator[None]:
        """For the time in which clients are brought live after watch() or admit(): who is not, watches no longer.

        So whatever goes wrong on the way, the room's next event or the next try begins anew.
        """
        try:
            yield
        finally:
            with self._lock:
                for client in clients:
                    for room in client.rooms.intersection(rooms):
                        state = self._rooms[room]
                        if client not in state.live and client not in state.ahead:
                            self._unwatch(client, room)

    def unwatch(self, client: Client, rooms: Iterable[str]) -> None:
        """The opposite of watch(), for those of these rooms that the client watches."""
        with self._lock:
            for room in client.rooms.intersection(rooms):
                self._unwatch(client, room)

    def dismiss(self, user_id: int, room: str) -> None:
        """The opposite of admit(): this user's connections get nothing more of the room."""
        with self._lock:
            person = self._people.get(user_id)
            for client in person.clients if person else ():
                client.missed.discard(room)
                if room in client.rooms:
                    self._unwatch(client, room)

    def is_watched(self, user_id: int, room: str) -> bool:
        """One of this user's connections watches the room."""
        with self._lock:
            person = self._people.get(user_id)
            return person is not None and any(room in client.rooms for client in person.clients)

    def watched(self, user_id: int) -> set[str]:
        """The rooms that this user's connections watch."""
        with self._lock:
            person = self._people.get(user_id)
            return set().union(*(client.rooms for client in person.clients)) if person is not None else set()

    def forget(self, client: Client) -> None:
        """A connection has ended. The hub calls this, with its lock held."""
        for room in tuple(client.rooms):
            self._unwatch(client, room)

    def follow(self, client: Client, room: str, cursor: int, head: int, patience: float | None = None) -> bool:
        """Send a watching client what the log has after `cursor`, page by page, until it is at the head and live.

        `head` is the room's last number, read from the log after watch(). With `patience` (seconds), wait that
        long for the outbox to be nearly empty before each further page. False: the connection ended or is too slow.
        """
        while cursor < head or not self._go_live(client, room, cursor):
            try:
                page = self._kept(room, cursor) or self._read_framed(room, cursor)
            except HistoryGone:
                self._start_over(client, room, head)
                return True
            for part in parts(page, self._part_bytes):
                client.send(join(part, client.user_id))
                if patience is not None and not client.drain(patience, self._part_bytes):
                    return False
            cursor = page[-1][0].seq
        return True

    def tell_others(self, room: str, user_id: int, frame: bytes, most: int) -> bool:
        """Send a passing word to those who are live in a room, except this user; of more than `most`, to nobody."""
        with self._lock:
            state = self._rooms.get(room)
            live = [*state.live, *state.ahead] if state is not None else []
        if len(live) <= most:
            self._writer.fan_out([client for client in live if client.user_id != user_id], frame)
        return len(live) <= most

    def _go_live(self, client: Client, room: str, cursor: int) -> bool:
        """True: the client has everything up to `cursor` and gets the rest as it comes. False: it is behind."""
        with self._lock:
            state = self._rooms.get(room)
            if state is None or client not in state.watchers:
                return True
            if state.delivered is None:
                state.delivered = cursor
            if cursor < state.delivered:
                return False
            if cursor > state.delivered:
                state.ahead[client] = cursor
            else:
                state.live.add(client)
            return True

    def _start_over(self, client: Client, room: str, head: int) -> None:
        """Go live where the hub is, and have the client load the room anew: what it missed cannot be filled."""
        with self._lock:
            state = self._rooms.get(room)
            if state is not None and client in state.watchers:
                state.delivered = head if state.delivered is None else state.delivered
                state.live.add(client)
        client.send(encode({"type": "reset", "room": room}))

    def _kept(self, room: str, after: int) -> Sequence[Framed]:
        with self._lock:
            state = self._rooms.get(room)
            return state.tail.after(after) if state is not None else ()

    def _read_framed(self, room: str, after: int) -> Sequence[Framed]:
        """A page of the log; if it ends where the hub is, the next one who comes back need not read it."""
        with self._turn:
            page = list(frame(self._read(room, after)))
        with self._lock:
            state = self._rooms.get(room)
            if state is not None and page[-1][0].seq == (state.tail.told or state.delivered):
                state.tail.replace(page, self._tail_bytes(state))
        return page

    def _read(self, room: str, after: int) -> Sequence[Event]:
        """The page after a number that is not the last. Raises HistoryGone."""
        events = self._since(room, after)
        if not events or events[0].seq != after + 1 or events[-1].seq != after + len(events):
            raise HistoryGone(room)
        return events

    # Under the lock.

    def _watch(self, client: Client, room: str) -> None:
        client.rooms.add(room)
        self._rooms.setdefault(room, _Room()).watchers.add(client)

    def _unwatch(self, client: Client, room: str) -> None:
        client.rooms.discard(room)
        state = self._rooms[room]
        state.watchers.discard(client)
        state.live.discard(client)
        state.ahead.pop(client, None)
        if not state.watchers:
            del self._rooms[room]

    def _tail_bytes(self, state: _Room) -> int:
        return min(self._part_bytes, TAIL_BYTES * len(state.watchers))

    def _advance(self, state: _Room, seq: int) -> dict[Client, int]:
        """Events up to `seq` are being delivered. Returns who was ahead and how far; those it reaches are live now."""
        state.delivered = seq
        ahead, state.ahead = state.ahead, {}
        for client, cursor in ahead.items():
            if cursor > seq:
                state.ahead[client] = cursor
            else:
                state.live.add(client)
        return ahead

    # Delivering: one thread at a time.

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
            while (delivered := self.delivered().get(room, head)) < head:
                if events := self._since(room, delivered):
                    self._deliver(room, events)
                else:
                    self._send_reset(room, head)

    def delivered(self) -> dict[str, int]:
        """The rooms that somebody here watches, and the number up to which their events were delivered."""
        with self._lock:
            return {room: state.delivered for room, state in self._rooms.items() if state.delivered is not None}

    def _deliver(self, room: str, events: Sequence[Event]) -> None:
        # A direct room that a greeted connection of its people does not watch was made after the greeting.
        new = self.admit(direct_users(room) or (), room)
        with self.settle(new, [room]):
            for client in new:
                self.follow(client, room, 0, 0)
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
                missing = self._read(room, last)
                yield from missing
                last = missing[-1].seq
            if event.seq > last:
                yield event
                last = event.seq

    def _send_part(self, state: _Room, framed: list[Framed]) -> None:
        everyone = b"".join(frame for _, frame in framed)
        own = for_senders(framed)
        with self._lock:  # who comes back meanwhile need not wait, and goes ahead
            state.tail.extend(framed, self._tail_bytes(state))
        self._writer.wait(self._last_pass)
        with self._lock:
            live = list(state.live)
            ahead = self._advance(state, framed[-1][0].seq)
        for client, cursor in ahead.items():
            client.send(join(((event, frame) for event, frame in framed if event.seq > cursor), client.user_id))
        self._last_pass = self._writer.fan_out(live, everyone, own, len(framed))

    def _send_reset(self, room: str, seq: int) -> None:
        with self._lock:
            state = self._rooms.get(room)
            if state is None:
                return
            self._advance(state, seq)
            state.tail = Tail()
            live = [*state.live, *state.ahead]
        self._last_pass = self._writer.fan_out(live, encode({"type": "reset", "room": room}))
