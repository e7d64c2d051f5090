"""The one owner of what the hub, the subscriptions and the delivery share: a lock, the users, the rooms.

`lock` guards `clients`, `rooms`, and of each client `rooms`, `greeted` and `missed`. A thread that holds it does no I/O
and waits for nothing; it may append to an outbox. Lock order: registry, then a connection's, then its outbox's.
"""

import threading
from collections.abc import Collection

from .client import Client
from .person import Person
from .room import Room


class Registry:
    """`clients` maps the session's user id to that user; `rooms` has the rooms to which a client here is subscribed.

    Every method needs the lock.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clients: dict[int, Person] = {}
        self.rooms: dict[str, Room] = {}

    def clients_of(self, user_id: int) -> Collection[Client]:
        """This user's clients in this process."""
        person = self.clients.get(user_id)
        return person.clients if person is not None else ()

    def connections_of(self, user_id: int) -> int:
        """How many connections this user has, here and in other processes."""
        person = self.clients.get(user_id)
        return person.connections if person is not None else 0

    def subscribe(self, client: Client, room: str) -> None:
        client.rooms.add(room)
        self.rooms.setdefault(room, Room()).subscribers.add(client)

    def unsubscribe(self, client: Client, room: str) -> None:
        """The client must be subscribed. A room without subscribers is forgotten."""
        client.rooms.discard(room)
        state = self.rooms[room]
        state.forget(client)
        if not state.subscribers:
            del self.rooms[room]
