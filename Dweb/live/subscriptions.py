"""Subscriptions: the rooms whose events each client gets, and how a client goes live in one. Knows no database.

The registry's lock guards all of it. The log is read through `since`, never under that lock.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

from .client import NO_ROOMS, Client
from .framed import Framed, frame, join, parts
from .registry import Registry
from .room import Room
from .wire import Event, encode, reset_frame
from .writer import Writer

# Reads a page of a room's log: the events after `seq`, ascending and without gaps; empty at the head.
Since = Callable[[str, int], Sequence[Event]]


T = TypeVar("T")


class Ask(Protocol):
    """Makes a call that reads the database, and returns its result."""

    def __call__(self, work: Callable[[], T]) -> T: ...


class Budget(Protocol):
    """The budget for the events that a client is sent."""

    def ready(self) -> bool:
        """Waits until it may be sent a further page. False: its connection has ended."""

    def charge(self, size: int) -> None:
        """It is sent so many bytes."""


class HistoryGone(Exception):
    """The log does not go on after a number, though it should: events were deleted, or a backup was restored."""


class Subscriptions:
    """Subscribes the clients of `registry`. A client is sent at most `part_bytes` of a replay at once.

    `ask` makes the calls that read the log for one client, of views in the loop one after the other: live
    clients need not wait for all.
    """

    def __init__(self, registry: Registry, writer: Writer, since: Since, part_bytes: int, ask: Ask) -> None:
        self._registry = registry
        self._lock = registry.lock
        self._writer = writer
        self.since = since
        self._part_bytes = part_bytes
        self._ask = ask

    def subscribe(self, client: Client, rooms: Iterable[str]) -> list[str]:
        """Subscribes a client to rooms. Returns the rooms that are new to it, for replay()."""
        with self._lock:
            new = [room for room in rooms if room not in client.rooms and client.reaches(room)]
            for room in new:
                self._registry.subscribe(client, room)
        return new

    def unsubscribe(self, client: Client, rooms: Iterable[str]) -> None:
        """Ends the subscriptions that the client has among these rooms."""
        with self._lock:
            for room in client.rooms.intersection(rooms):
                self._registry.unsubscribe(client, room)

    def begin_greeting(self, client: Client, rooms: Iterable[str]) -> None:
        """Prepares a client for a greeting, perhaps its second one: until then it gets nothing of these rooms.

        Nor does it get a room that is new: a room to which a greeted client is not subscribed, would be taken for one.
        """
        with self._lock:
            client.greeted = False
            client.missed = NO_ROOMS  # what was missed until now is in the greeting, which is read later
            for room in client.rooms.intersection(rooms):
                self._registry.unsubscribe(client, room)

    def subscribe_users(self, user_ids: Iterable[int], room: str) -> list[Client]:
        """Subscribes every client of these users to a room. Returns the clients to which it is new, for replay().

        A client that is not greeted yet has the room in its `missed` once it is.
        """
        new = []
        with self._lock:
            for user_id in user_ids:
                for client in self._registry.clients_of(user_id):
                    if room in client.rooms or not client.reaches(room):
                        continue
                    if client.greeted:
                        self._registry.subscribe(client, room)
                        new.append(client)
                    else:
                        client.missed |= {room}
        return new

    def unsubscribe_user(self, user_id: int, room: str) -> None:
        """Unsubscribes every client of this user from a room."""
        with self._lock:
            for client in self._registry.clients_of(user_id):
                client.missed -= {room}
                if room in client.rooms:
                    self._registry.unsubscribe(client, room)

    @contextmanager
    def going_live(self, clients: Iterable[Client], rooms: Iterable[str]) -> Iterator[None]:
        """Spans the time in which clients go live after subscribing; one that is not live in the end is unsubscribed.

        So after a fault the room's next event, or the next try, subscribes it again.
        """
        try:
            yield
        finally:
            with self._lock:
                for client in clients:
                    for room in client.rooms.intersection(rooms):
                        if not self._registry.rooms[room].is_live(client):
                            self._registry.unsubscribe(client, room)

    def unsubscribe_removed(self, user_id: int, room: str) -> None:
        """Unsubscribes the clients of a user whom the event removes that was delivered last.

        A client that has read the log beyond it did so as a member: its user came back.
        """
        with self._lock:
            state = self._registry.rooms.get(room)
            ahead = state.ahead.keys() if state is not None else ()
            for client in self._registry.clients_of(user_id):
                client.missed -= {room}
                if room in client.rooms and client not in ahead:
                    self._registry.unsubscribe(client, room)

    def is_subscribed(self, user_id: int, room: str) -> bool:
        """True if one of this user's clients is subscribed to the room."""
        with self._lock:
            return any(room in client.rooms for client in self._registry.clients_of(user_id))

    def rooms_of(self, user_id: int) -> set[str]:
        """The rooms to which this user's clients are subscribed."""
        with self._lock:
            return set[str]().union(*(client.rooms for client in self._registry.clients_of(user_id)))

    def replay(
        self,
        client: Client,
        room: str,
        cursor: int,
        head: int,
        timeout: float | None = None,
        budget: Budget | None = None,
    ) -> bool:
        """Sends a subscriber the log after `cursor`, page by page, until it is at the head and live.

        `head` is the room's last number, read from the log after subscribing, together with the membership. With
        `timeout` (seconds), the outbox must be nearly empty within that time before each further page. False: the
        client is gone or too slow.

        Nothing is sent beyond that number and what was delivered while the client was subscribed: behind it the log
        may say that its user was removed.
        """
        last = head
        client.outbox.begin({room: cursor})
        while cursor < last or (last := self._behind(client, room, cursor)):
            if budget is not None and not budget.ready():
                return False
            try:
                page = self._tail_of(room, cursor) or self._ask(partial(self._read_framed, room, cursor))
            except HistoryGone:
                self._start_over(client, room, head)
                return True
            page = [each for each in page if each[0].seq <= last]
            for part in parts(page, self._part_bytes, client.outbox.event_bytes):
                data = join(part, client.user_id)
                if not self._send_subscriber(client, room, part, data):
                    return True
                if budget is not None:
                    budget.charge(len(data))
                if timeout is not None and not client.drain(timeout, self._part_bytes):
                    return False
            cursor = page[-1][0].seq
        return True

    def send_rooms(self, client: Client, frame: dict[str, Any]) -> None:
        """Sends a frame that lists `rooms`, without those to which the client is no longer subscribed.

        Under the lock: a `room` frame that says that the user has left one of them comes later.
        """
        with self._lock:
            rooms = [room for room in frame["rooms"] if room["room"] in client.rooms]
            client.send(encode(frame | {"rooms": rooms}))

    def delivered(self) -> dict[str, int]:
        """The rooms that have subscribers here, and the number up to which their events were delivered."""
        with self._lock:
            rooms = self._registry.rooms.items()
            return {room: state.delivered for room, state in rooms if state.delivered is not None}

    def page(self, room: str, after: int) -> Sequence[Event]:
        """The page of the log after a number that is not the last. Raises HistoryGone."""
        events = self.since(room, after)
        if not events or events[0].seq != after + 1 or events[-1].seq != after + len(events):
            raise HistoryGone(room)
        return events

    def _behind(self, client: Client, room: str, cursor: int) -> int:
        """The number up to which the client is to be sent the log; 0: it is live, or no longer subscribed."""
        with self._lock:
            state = self._subscribed(client, room)
            return 0 if state is None or state.go_live(client, cursor) else state.delivered or 0

    def _send_subscriber(self, client: Client, room: str, part: Sequence[Framed], data: bytes) -> bool:
        """Sends a client events of a room, unless it is no longer subscribed."""
        with self._lock:  # or it might come after the frame that says that the room is not the user's any more
            if room in client.rooms:
                client.send_events(part, data)
            return room in client.rooms

    def _start_over(self, client: Client, room: str, head: int) -> None:
        """Makes the client live where the room is, and has it load the room again: its gap cannot be filled."""
        with self._lock:
            state = self._subscribed(client, room)
            if state is not None:
                state.start_over(client, room, head)
        client.send(reset_frame(room))

    def _tail_of(self, room: str, after: int) -> Sequence[Framed]:
        with self._lock:
            state = self._registry.rooms.get(room)
            return state.tail.after(after) if state is not None else ()

    def _read_framed(self, room: str, after: int) -> Sequence[Framed]:
        page = list(frame(self.page(room, after)))
        with self._lock:
            state = self._registry.rooms.get(room)
            if state is not None:
                state.keep_page(page, self._part_bytes)
        return page

    def _subscribed(self, client: Client, room: str) -> Room | None:
        """Under the lock: the room, if the client is still subscribed to it."""
        return self._registry.rooms[room] if room in client.rooms else None
