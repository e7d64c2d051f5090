"""Who gets what: the rooms that somebody here watches, and how a client comes to be live in one. Knows no database.

The hub's lock guards all of it. The log is read through `since`, never under that lock.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from .client import Client, Person
from .framed import Framed, frame, join, parts
from .room import Room
from .wire import Event, encode
from .writer import Writer

# Reads a page of a room's log: the events after `seq`, ascending and without gaps; empty at the head.
Since = Callable[[str, int], Sequence[Event]]


class HistoryGone(Exception):
    """The log does not go on after a number, though it should: events were deleted, or a backup was restored."""


class Rooms:
    """The hub's rooms. `people` is the hub's `clients`."""

    def __init__(
        self, lock: threading.Lock, people: Mapping[int, Person], writer: Writer, since: Since, part_bytes: int
    ) -> None:
        self._lock = lock
        self._people = people
        self._writer = writer
        self.since = since
        self._part_bytes = part_bytes
        self._rooms: dict[str, Room] = {}
        # Many who come back at once take turns, page by page: what is live must not wait for all of them.
        self._turn = threading.Lock()

    # For any thread.

    def watch(self, client: Client, rooms: Iterable[str]) -> list[str]:
        """Note what comes in these rooms from now on. Returns those that were not watched yet: follow() them."""
        with self._lock:
            new = [room for room in rooms if room not in client.rooms]
            for room in new:
                self._watch(client, room)
        return new

    def begin_anew(self, client: Client, rooms: Iterable[str]) -> None:
        """A client is about to be greeted, maybe once more: until then it gets nothing of these rooms, nor of new ones.

        With its first event, a room that a greeted client does not watch would be taken for a new one.
        """
        with self._lock:
            client.greeted = False
            for room in client.rooms.intersection(rooms):
                self._unwatch(client, room)

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
                        if not self._rooms[room].is_live(client):
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
            live = state.everyone_live() if state is not None else []
        if len(live) <= most:
            self._writer.fan_out([client for client in live if client.user_id != user_id], frame)
        return len(live) <= most

    def delivered(self) -> dict[str, int]:
        """The rooms that somebody here watches, and the number up to which their events were delivered."""
        with self._lock:
            return {room: state.delivered for room, state in self._rooms.items() if state.delivered is not None}

    def page(self, room: str, after: int) -> Sequence[Event]:
        """The page of the log after a number that is not the last. Raises HistoryGone."""
        events = self.since(room, after)
        if not events or events[0].seq != after + 1 or events[-1].seq != after + len(events):
            raise HistoryGone(room)
        return events

    def _go_live(self, client: Client, room: str, cursor: int) -> bool:
        """True: the client has everything up to `cursor` and gets the rest as it comes. False: it is behind."""
        with self._lock:
            state = self._watched_by(client, room)
            return state is None or state.go_live(client, cursor)

    def _start_over(self, client: Client, room: str, head: int) -> None:
        """Go live where the hub is, and have the client load the room anew: what it missed cannot be filled."""
        with self._lock:
            state = self._watched_by(client, room)
            if state is not None:
                state.start_over(client, head)
        client.send(encode({"type": "reset", "room": room}))

    def _kept(self, room: str, after: int) -> Sequence[Framed]:
        with self._lock:
            state = self._rooms.get(room)
            return state.tail.after(after) if state is not None else ()

    def _read_framed(self, room: str, after: int) -> Sequence[Framed]:
        with self._turn:
            page = list(frame(self.page(room, after)))
        with self._lock:
            state = self._rooms.get(room)
            if state is not None:
                state.keep_page(page, self._part_bytes)
        return page

    # Under the lock.

    def get(self, room: str) -> Room | None:
        """What is known of a room; None: nobody here watches it."""
        return self._rooms.get(room)

    def forget(self, client: Client) -> None:
        """A connection has ended."""
        for room in tuple(client.rooms):
            self._unwatch(client, room)

    def _watched_by(self, client: Client, room: str) -> Room | None:
        return self._rooms[room] if room in client.rooms else None

    def _watch(self, client: Client, room: str) -> None:
        client.rooms.add(room)
        self._rooms.setdefault(room, Room()).watchers.add(client)

    def _unwatch(self, client: Client, room: str) -> None:
        client.rooms.discard(room)
        state = self._rooms[room]
        state.forget(client)
        if not state.watchers:
            del self._rooms[room]
