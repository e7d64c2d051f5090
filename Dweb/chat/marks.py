"""How far everyone has read: gathers read marks in memory and stores them together. Decides nothing.

A crash loses what was not stored yet: a second of marks, which only say what was read already. What is
gathered is bounded: one number for each user and room, and a mark of a user takes from their send rate.
"""

import threading
from collections.abc import Callable, Iterable

from django.db import connection, transaction

from ..databases.sql import placeholders

Key = tuple[int, int]  # a user's id and a room's

# A mark never goes back, whoever else has moved it meanwhile.
SELECT = "SELECT user_id, room_id, seq FROM mark WHERE user_id IN (%s) AND room_id IN (%s)"
UPSERT = "INSERT INTO mark (user_id, room_id, seq) VALUES (%s, %s, %s)"
ONLY_FORWARD = {
    "sqlite": "ON CONFLICT (user_id, room_id) DO UPDATE SET seq = max(seq, excluded.seq)",
    "mysql": "ON DUPLICATE KEY UPDATE seq = GREATEST(seq, VALUES(seq))",
}


class Marks:
    """The lock guards what is gathered: a mark stays there until it is in the database, so one of the two has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gathered: dict[Key, int] = {}
        self._stored = 0  # how often marks went from here to the database

    def note(self, user_id: int, room_id: int, seq: int) -> None:
        """Move a mark forward; where it stands further already, nothing happens."""
        with self._lock:
            self._gathered[user_id, room_id] = max(seq, self._gathered.get((user_id, room_id), 0))

    def move(self, user_id: int, room_id: int, seq: int, tell: Callable[[], None]) -> None:
        """As note(), and call `tell` if the mark moved: under the lock, so that what people hear only goes forward."""
        key = user_id, room_id
        while True:
            rounds = self._stored
            known = self.read([key]).get(key, 0)
            with self._lock:
                if rounds != self._stored:
                    continue  # what was read may be old by now
                if seq > max(known, self._gathered.get(key, 0)):
                    self._gathered[key] = seq
                    tell()
                return

    def read(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Those of these marks that there are."""
        wanted = set(keys)
        with self._lock:  # first, for what is stored from now on is in the database when that is read
            found = {key: self._gathered[key] for key in wanted & self._gathered.keys()}
        if not wanted:
            return found
        users, rooms = [*{user_id for user_id, _ in wanted}], [*{room_id for _, room_id in wanted}]
        with connection.cursor() as cursor:
            cursor.execute(SELECT % (placeholders(users), placeholders(rooms)), users + rooms)
            for user_id, room_id, seq in cursor.fetchall():
                key = user_id, room_id
                if key in wanted:
                    found[key] = max(seq, found.get(key, 0))
        return found

    def store(self) -> None:
        """Write what has gathered. Raises the database's errors; then it is kept for the next time."""
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
