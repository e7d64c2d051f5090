"""A hub with its writer, a log without a database, and people on real connections."""

import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from websockets.frames import Opcode

from Dweb.live.client import Client
from Dweb.live.delivery import Delivery
from Dweb.live.hub import Hub
from Dweb.live.presence import Presence
from Dweb.live.registry import Registry
from Dweb.live.subscriptions import Subscriptions
from Dweb.live.wire import encode
from Dweb.live.writer import Writer

from .link import Link, Received
from .log import Log

LIMITS: dict[str, Any] = {"max_sockets": 4, "max_per_user": 2, "max_people": 3}
PART_BYTES = 1500


class Guest:
    """One connection of a user, seen from both of its ends."""

    def __init__(self, hall: "Hall", user_id: int, limit: int) -> None:
        self.hall = hall
        self.link = hall.stack.enter_context(Link())
        self.client: Client = self.link.client(hall.writer, user_id, f"user{user_id}", limit)
        self.entered = hall.hub.enter(self.client)

    def greet(self) -> Any:
        """Says hello. Returns the greeting's frames."""
        self.missed = self.hall.hub.greet(self.client, {"type": 0})
        return self.link.frame().json()

    def subscribe(self, room: str, cursor: int | None = None) -> None:
        """Have a room from `cursor` on, or from its head."""
        assert self.hall.subscriptions.subscribe(self.client, [room]) == [room]
        head = self.hall.log.head(room)
        assert self.hall.subscriptions.replay(self.client, room, head if cursor is None else cursor, head)

    def frames(self) -> list[Any]:
        """Everything that this guest was sent and has not read, as JSON."""
        self.client.send(encode({"type": "end"}))
        found = [self.link.frame().json()]
        while found[-1]["type"] != "end":
            found.append(self.link.frame().json())
        return found[:-1]

    def seqs(self, room: str) -> list[int]:
        """The numbers of the messages that this guest was sent, all of which must be of this room."""
        data = [frame["data"] for frame in self.frames()]
        assert {each["room"] for each in data} <= {room}
        return [each["seq"] for each in data]

    def closed(self) -> Received:
        """The close frame, behind everything else."""
        frame = self.link.frame()
        while frame.opcode != Opcode.CLOSE:
            frame = self.link.frame()
        return frame


class Hall:
    """append() writes to the log and delivers; deliver() alone repeats what the log has."""

    def __init__(self, grace: float = 0, part_bytes: int = PART_BYTES, **limits: int) -> None:
        self.stack = ExitStack()
        self.log = Log()
        self._asking = threading.Lock()
        self.writer = Writer(close_seconds=10)
        self.writer.start()
        limits = LIMITS | limits
        self.registry = Registry()
        self.subscriptions = Subscriptions(self.registry, self.writer, self.log.since, part_bytes, self._ask)
        self.delivery = Delivery(self.registry, self.subscriptions, self.writer, part_bytes)
        self.hub = Hub(self.registry, self.writer, Presence(grace, limits["max_people"]), **limits)

    def _ask(self, work: Callable[[], Any]) -> Any:
        """As a pool of one thread does."""
        with self._asking:
            return work()

    def guest(self, user_id: int = 1, limit: int = 1 << 20) -> Guest:
        return Guest(self, user_id, limit)

    def greeted(self, user_id: int = 1, rooms: Iterable[str] = ()) -> Guest:
        guest = self.guest(user_id)
        guest.greet()
        for room in rooms:
            guest.subscribe(room)
        return guest

    def append(self, room: str, count: int = 1, sender: int = 1, cid: str | None = None) -> None:
        self.delivery.deliver(room, self.log.append(room, count, sender, cid))

    def deliver(self, room: str, first: int, last: int) -> None:
        self.delivery.deliver(room, [event for event in self.log.all(room) if first <= event.seq <= last])

    def __enter__(self) -> "Hall":
        return self

    def __exit__(self, *exc: object) -> None:
        self.writer.stop()
        self.stack.close()
