"""The register of everyone who is connected: who is online, and who may come in. Knows no database.

One lock guards this file's dicts and those of rooms.py. Under it nothing waits, sends or reads the log;
frames may be appended to an outbox. Lock order: hub, then a connection's, then its outbox's.
"""

import threading
import time
from itertools import islice
from typing import Any

from .client import Client, Person
from .presence import Presence
from .rooms import Rooms, Since
from .wire import CloseCode, as_json, encode, gettext_noop
from .writer import Writer


class Hub:
    """`clients` is who is online: the session's user id to that user's connections. `rooms` is who gets what."""

    def __init__(
        self,
        writer: Writer,
        presence: Presence,
        since: Since,
        *,
        max_sockets: int,
        max_per_user: int,
        max_people: int,
        part_bytes: int,
    ) -> None:
        self._lock = threading.Lock()
        self.clients: dict[int, Person] = {}
        self.rooms = Rooms(self._lock, self.clients, writer, since, part_bytes)
        self._writer = writer
        self._presence = presence
        self._max_sockets = max_sockets
        self._max_per_user = max_per_user
        self._max_people = max_people
        self._places = 0
        self._listed: str | None = None
        self._closed: tuple[int, str] | None = None

    def reserve(self) -> str | None:
        """Take one of the places; release() gives it back. Returns the refusal() when there is none to take."""
        with self._lock:
            refusal = self.refusal()
            if refusal is None:
                self._places += 1
            return refusal

    def release(self) -> None:
        with self._lock:
            self._places -= 1

    def refusal(self) -> str | None:
        """Why no further connection is let in, in English; None while there are places."""
        if self._closed is not None:
            return gettext_noop("The server is restarting: try again in a moment.")
        if self._places >= self._max_sockets:
            return gettext_noop("Every place is taken: try again in a moment.")
        return None

    def enter(self, client: Client) -> bool:
        """Make a client known. False: it was closed at once, its user has too many or the server is stopping."""
        with self._lock:
            person = self.clients.get(client.user_id)
            refusal = self._closed
            if person is not None and len(person.clients) >= self._max_per_user:
                refusal = (CloseCode.TOO_MANY_SOCKETS, f"at most {self._max_per_user} connections for one user")
            if refusal is None:
                if person is None:
                    if len(self.clients) < self._max_people:
                        self._listed = None
                    person = self.clients[client.user_id] = Person(client.username)
                if not person.clients:
                    self._presence.first_in(client.user_id, client.username)
                person.clients.add(client)
        if refusal is not None:
            client.close(*refusal)
        return refusal is None

    def leave(self, client: Client) -> None:
        """Forget a client that entered."""
        with self._lock:
            self.rooms.forget(client)
            person = self.clients.get(client.user_id)
            if person is not None and client in person.clients:
                person.clients.remove(client)
                if not person.clients:
                    self._presence.last_out(client.user_id, time.monotonic())

    def greet(self, client: Client, greeting: dict[str, Any]) -> set[str]:
        """Send `greeting` with the user list; from now on the client is told what changes in that list.

        Returns the rooms that turned up while the greeting was made.
        """
        with self._lock:
            client.send(encode({**greeting, "online": len(self.clients)}, userlist=self._userlist()))
            client.greeted = True
            missed, client.missed = client.missed, set()
        return missed

    def _userlist(self) -> str:
        """The first of those online, as JSON; in a crowd they stay the same while others come. Under the lock."""
        if self._listed is None:
            people = islice(self.clients.items(), self._max_people)
            self._listed = as_json([{"username": person.username, "userid": user_id} for user_id, person in people])
        return self._listed

    def tick(self) -> None:
        """Tell everyone who came and who went since the last tick."""
        with self._lock:
            for user_id in self._presence.expire(time.monotonic()):
                self._presence.gone(user_id, self.clients.pop(user_id).username)
                self._listed = None
            online = len(self.clients)
            joined, left = self._presence.take(online)
            greeted = [client for person in self.clients.values() for client in person.clients if client.greeted]
        if joined or left:
            people = {
                word: [{"username": username, "userid": user_id} for user_id, username in changes.items()]
                for word, changes in (("joined", joined), ("left", left))
            }
            self._writer.fan_out(greeted, encode({"type": "presence", **people, "online": online}))

    def people(self) -> dict[int, str]:
        """Who is online: user ids to names."""
        with self._lock:
            people = dict(self.clients)
        return {user_id: person.username for user_id, person in people.items()}

    def connections(self, user_id: int | None = None) -> list[Client]:
        """Everyone's connections, or one user's."""
        with self._lock:
            if user_id is None:
                return [client for person in self.clients.values() for client in person.clients]
            person = self.clients.get(user_id)
            return list(person.clients) if person else []

    def close(self, code: int, reason: str) -> None:
        """Close every connection, and let no further one in."""
        with self._lock:
            self._closed = (code, reason)
        for client in self.connections():
            client.close(code, reason)
