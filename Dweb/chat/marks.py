"""Read marks: how far each user has read each room. Gathers them in memory and stores them together.

A crash loses the marks of the last second. What is gathered is bounded: one number for each user and room, and a mark
takes from its user's budget.
"""

import threading
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from django.db import connection, transaction

from ..cluster.bus import Message
from ..databases.lookup import Lookup
from ..databases.sql import placeholders
from ..live import broadcast, wire
from ..live.direct import direct_users, is_several
from ..models import LOBBY, User
from . import permissions, prices
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

Key = tuple[int, int]  # a user's id and a room's

OF_USERS = (
    "SELECT mark.user_id, mark.room_id, mark.seq FROM membership"
    " JOIN mark ON mark.user_id = membership.user_id AND mark.room_id = membership.room_id"
    " WHERE membership.user_id IN ({users})"
    " UNION ALL SELECT user_id, room_id, mark.seq FROM room JOIN mark ON room_id = room.id"
    " WHERE name = %s AND user_id IN ({users})"
)

# A mark never goes back, even if another process has moved it meanwhile.
SELECT = "SELECT user_id, room_id, seq FROM mark WHERE room_id IN ({rooms})"
UPSERT = "INSERT INTO mark (user_id, room_id, seq) VALUES (%s, %s, %s)"
ONLY_FORWARD = {
    "sqlite": "ON CONFLICT (user_id, room_id) DO UPDATE SET seq = max(seq, excluded.seq)",
    "mysql": "ON DUPLICATE KEY UPDATE seq = GREATEST(seq, VALUES(seq))",
}


def _of_users(user_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """The stored marks of these users in the rooms that they belong to, by the rooms' keys."""
    found: dict[int, dict[int, int]] = {user_id: {} for user_id in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(OF_USERS.format(users=placeholders(user_ids)), [*user_ids, LOBBY, *user_ids])
        for user_id, room_id, seq in cursor.fetchall():
            found[user_id][room_id] = seq
    return found


STORED = Lookup(_of_users)


class Marks:
    """The lock guards the gathered marks: a mark stays there until the database has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gathered: dict[Key, int] = {}
        self._stored = 0  # times that gathered marks went to the database

    def note(self, user_id: int, room_id: int, seq: int) -> None:
        """Moves a mark forward, never back."""
        with self._lock:
            self._gathered[user_id, room_id] = max(seq, self._gathered.get((user_id, room_id), 0))

    def move(self, user_id: int, room_id: int, seq: int, moved: Callable[[], None]) -> None:
        """Moves a mark forward and, if it moved, calls `moved`, under the lock: clients see it go forward only."""
        key = user_id, room_id
        while True:
            rounds = self._stored
            known = self.read([key]).get(key, 0)
            with self._lock:
                if rounds != self._stored:
                    continue  # what was read may be old by now
                if seq > max(known, self._gathered.get(key, 0)):
                    self._gathered[key] = seq
                    moved()
                return

    def read(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The marks that exist among these keys. Those of several users are of direct rooms: a few marks each."""
        wanted = set(keys)
        with self._lock:  # first: a mark that is stored from now on is in the database when that is read
            found = {key: self._gathered[key] for key in wanted & self._gathered.keys()}
        if not wanted:
            return found
        users, rooms = [*{user_id for user_id, _ in wanted}], [*{room_id for _, room_id in wanted}]
        query, values = SELECT.format(rooms=placeholders(rooms)), rooms
        if len(users) == 1:  # of more, SQLite would look up each user in each room: 4 s for 2,550 direct rooms
            query, values = f"{query} AND user_id = %s", rooms + users
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            for user_id, room_id, seq in cursor.fetchall():
                key = user_id, room_id
                if key in wanted:
                    found[key] = max(seq, found.get(key, 0))
        return found

    def read_all(self, user_id: int, room_ids: Collection[int]) -> dict[int, int]:
        """The marks that a user has in these rooms, which are the user's."""
        with self._lock:  # first, as in read()
            found = {id_: self._gathered[user_id, id_] for id_ in room_ids if (user_id, id_) in self._gathered}
        stored = STORED.find(user_id) or {}
        for room_id in stored.keys() & set(room_ids):
            found[room_id] = max(stored[room_id], found.get(room_id, 0))
        return found

    def store(self) -> None:
        """Writes the gathered marks. Raises the database's errors; then the marks are kept for the next time."""
        with self._lock:
            marks = dict(self._gathered)
        if not marks:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            rows = [(*key, seq) for key, seq in marks.items()]
            cursor.executemany(f"{UPSERT} {ONLY_FORWARD[connection.vendor]}", rows)
        with self._lock:
            for key, seq in marks.items():
                if self._gathered.get(key) == seq:
                    del self._gathered[key]
            self._stored += 1


def read(runtime: "Runtime", user: User, name: str, seq: int) -> None:
    """Moves a user's mark in a room forward, and shows it to the user and, in a direct room, to the others."""
    check_rate(runtime, user, prices.MARK)
    room = permissions.room_of(user, name)
    seq = min(seq, room.seq)

    def moved() -> None:
        _show(runtime, user.pk, name, seq)
        runtime.bus.send({"type": "read", "user": user.pk, "room": name, "seq": seq})

    runtime.marks.move(user.pk, room.pk, seq, moved)


def on_read(runtime: "Runtime", message: Message) -> None:
    _show(runtime, message["user"], message["room"], message["seq"])


def _show(runtime: "Runtime", user_id: int, room: str, seq: int) -> None:
    frame = wire.read_frame(room, user_id, seq)
    viewers = broadcast.subscribers(runtime.registry, room) if is_several(room) else set()
    for viewer_id in {user_id, *(direct_users(room) or ())}:
        viewers.update(runtime.hub.connections(viewer_id))
    for client in viewers:
        if client.reaches(room):
            client.send(frame)
