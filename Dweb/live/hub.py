"""The hub: the users who are online, and whether a further connection is accepted. Knows no database.

The registry's lock guards all of it.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Set
from itertools import islice
from typing import Any

from .client import NO_ROOMS, Client
from .person import NOBODY, Move, Moves, Person
from .places import Places
from .presence import Presence
from .registry import Registry
from .userlist import UserList
from .wire import CloseCode, encode, presence_frame
from .writer import Writer

SeenBy = Callable[[Set[int]], Mapping[int, Set[int]]]  # guests to the users whom they see


class Hub(Places):
    """`clients` maps the session's user id to that user, if online: here or, as update_peer() says, elsewhere."""

    def __init__(
        self,
        registry: Registry,
        writer: Writer,
        presence: Presence,
        *,
        max_sockets: int,
        max_per_user: int,
        max_people: int,
        seen_by: SeenBy = lambda guest_ids: {},
    ) -> None:
        super().__init__(max_sockets)
        self._registry = registry
        self._lock = registry.lock
        self.clients = registry.clients
        self._writer = writer
        self._presence = presence
        self._max_per_user = max_per_user
        self._max_people = max_people
        self._seen_by = seen_by
        self._userlist = UserList(max_people)
        self.shared = False  # another thread calls take_moves()
        self._moved: set[int] = set()  # users who came, went or were renamed here since then
        self._elsewhere: dict[str, set[int]] = {}  # the other processes, and the users there

    def enter(self, client: Client, leaving: int = 0) -> bool:
        """Registers a client. False: it was closed at once, since its user has too many or the server is stopping.

        Of the places of its user it leaves so many to others.
        """
        most = max(1, self._max_per_user - leaving)
        with self._lock:
            refusal = self._closed
            if self._registry.connections_of(client.user_id) >= most:
                refusal = self._too_many(most)
            if refusal is None:
                person = self._come(client.user_id, client.username, client.is_bot)
                person.clients += (client,)
                self._note_move(client.user_id)
        if refusal is not None:
            client.close(*refusal)
        return refusal is None

    def leave(self, client: Client) -> None:
        """Forgets a client that entered."""
        with self._lock:
            for room in tuple(client.rooms):
                self._registry.unsubscribe(client, room)
            person = self.clients.get(client.user_id)
            if person is not None and client in person.clients:
                person.clients = tuple(each for each in person.clients if each is not client)
                self._note_move(client.user_id)
                if not person.online:
                    self._presence.last_out(client.user_id, time.monotonic())

    def take_moves(self) -> dict[int, Move]:
        """The users whose connections here came or went since the last call, and how many they have now."""
        with self._lock:
            moved, self._moved = self._moved, set()
            people = {user_id: self.clients.get(user_id) for user_id in moved}
            return {user_id: one.move if one else NOBODY for user_id, one in people.items()}

    def present(self) -> dict[int, Move]:
        """All users with connections here, and how many; take_moves() begins from here."""
        with self._lock:
            self._moved = set()
            people = self.clients.items()
            return {user_id: one.move for user_id, one in people if one.clients}

    def update_peer(self, process: str, moves: Moves) -> None:
        """Takes from another process which users came and went there."""
        with self._lock:
            self._place_all(process, moves, time.monotonic())

    def set_peer(self, process: str, people: Moves, *, gone: bool = False) -> None:
        """Takes from another process all users that are there. The users of one that is `gone` get no grace."""
        with self._lock:
            missing = dict.fromkeys(self._elsewhere.get(process, set()) - people.keys(), NOBODY)
            self._place_all(process, {**missing, **people}, float("-inf") if gone else time.monotonic())

    def greet(self, client: Client, greeting: dict[str, Any], seen: Set[int] | None = None) -> frozenset[str]:
        """Sends `greeting` with the user list; from now on the client is sent the changes of that list.

        A guest's list has only people who are `seen`. Returns the rooms of which something was to be sent while the
        greeting was made.
        """
        with self._lock:
            online = len(self.clients if seen is None else seen & self.clients.keys())
            client.send(encode({**greeting, "online": online}, userlist=self._userlist.as_json(self.clients, seen)))
            client.greeted = True
            missed, client.missed = client.missed, NO_ROOMS
        return missed

    def close_surplus(self, me: str, user_ids: Iterable[int]) -> None:
        """Closes what these users have beyond their limit, after connecting to several processes at once.

        Of those processes the one with the last name gives way; `me` is the name of this one.
        """
        surplus: list[Client] = []
        with self._lock:
            for user_id in user_ids:
                person = self.clients.get(user_id)
                if person is not None and person.clients and me > max(person.elsewhere, default=""):
                    beyond = max(0, person.connections - self._max_per_user)
                    surplus += islice(person.clients, beyond)
        for client in surplus:
            client.close(*self._too_many(self._max_per_user))

    def tick(self) -> None:
        """Sends all greeted clients the users who came and went since the last tick; guests those whom they see."""
        with self._lock:
            for user_id in self._presence.expire(time.monotonic()):
                self._presence.gone(user_id, self.clients.pop(user_id).username)
                self._userlist.forget()
            online = len(self.clients)
            joined, left = self._presence.take(online)
            bots = {user_id for user_id in joined if user_id in self.clients and self.clients[user_id].is_bot}
            greeted = [client for person in self.clients.values() for client in person.clients if client.greeted]
        if joined or left:
            members = [client for client in greeted if not client.is_guest]
            self._writer.fan_out(members, presence_frame(joined, left, online, bots))
            if len(members) < len(greeted):
                self._send_to_guests([client for client in greeted if client.is_guest], joined, left, bots)

    def rename(self, user_id: int, username: str) -> None:
        """Takes the name by which a user is shown from now on, if they are online."""
        with self._lock:
            person = self.clients.get(user_id)
            if person is None:
                return
            for client in person.clients:
                client.username = username
            if person.username != username:
                person.username = username
                self._userlist.forget()
                self._presence.renamed(user_id, username)
                if person.clients:
                    self._note_move(user_id)  # for processes that start later

    def names(self) -> set[tuple[int, str]]:
        """The ids of the users who are online, with each name that is kept of them."""
        with self._lock:
            people = {(user_id, person.username) for user_id, person in self.clients.items()}
            return people | {(each.user_id, each.username) for one in self.clients.values() for each in one.clients}

    def people(self) -> dict[int, str]:
        """The users who are online: ids to names."""
        with self._lock:
            people = dict(self.clients)
        return {user_id: person.username for user_id, person in people.items()}

    def greeted(self, user_id: int, room: str) -> list[Client]:
        """The greeted clients of a user, for something of a room; the others have it in `missed` once they are."""
        with self._lock:
            clients = [client for client in self._registry.clients_of(user_id) if client.reaches(room)]
            for client in clients:
                if not client.greeted:
                    client.missed |= {room}
            return [client for client in clients if client.greeted]

    def connections(self, user_id: int | None = None) -> list[Client]:
        """All connections to this process, or one user's."""
        with self._lock:
            if user_id is None:
                return [client for person in self.clients.values() for client in person.clients]
            return list(self._registry.clients_of(user_id))

    def close(self, code: int, reason: str) -> None:
        """Closes every connection, and accepts no further one."""
        with self._lock:
            self._closed = (code, reason)
        for client in self.connections():
            client.close(code, reason)

    def _too_many(self, most: int) -> tuple[int, str]:
        return CloseCode.TOO_MANY_SOCKETS, f"at most {most} connections for one user"

    def _send_to_guests(
        self, guests: Iterable[Client], joined: Mapping[int, str], left: Mapping[int, str], bots: Set[int]
    ) -> None:
        seen = self._seen_by({guest.user_id for guest in guests})
        for guest in guests:
            whom = seen.get(guest.user_id, frozenset())
            came, went = ({id: name for id, name in moved.items() if id in whom} for moved in (joined, left))
            if came or went:
                with self._lock:
                    online = len(whom & self.clients.keys())
                guest.send(presence_frame(came, went, online, bots))

    # Under the lock.

    def _note_move(self, user_id: int) -> None:
        if self.shared:
            self._moved.add(user_id)

    def _come(self, user_id: int, username: str, is_bot: bool) -> Person:
        """A user gets a connection and is online from now on."""
        person = self.clients.get(user_id)
        if person is None:
            if len(self.clients) < self._max_people:
                self._userlist.forget()
            person = self.clients[user_id] = Person(username, is_bot)
        if not person.online:
            self._presence.first_in(user_id, username)
        return person

    def _place_all(self, process: str, moves: Moves, left_at: float) -> None:
        there = self._elsewhere.setdefault(process, set())
        for user_id, move in moves.items():
            self._place(process, there, user_id, move, left_at)
        if not there:
            del self._elsewhere[process]

    def _place(self, process: str, there: set[int], user_id: int, move: Move, left_at: float) -> None:
        """A user moves in another process, where `there` are all of its users."""
        if move.connections:
            self._come(user_id, move.username, move.is_bot).set_connections(process, move.connections)
            there.add(user_id)
        elif user_id in there:
            there.discard(user_id)
            person = self.clients[user_id]
            person.set_connections(process, 0)
            if not person.online:
                self._presence.last_out(user_id, left_at)
