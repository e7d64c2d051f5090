"""Slots: how many uploads are on their way, of each user and in all, in this process, and what they will write."""

import threading
from collections.abc import Callable


class Slots:
    """At most `most` uploads at once, of each user at most `most_of_user`. The lock guards the counts."""

    def __init__(self, most: int, most_of_user: int) -> None:
        self._most = most
        self._most_of_user = most_of_user
        self._lock = threading.Lock()
        self._users: dict[int, int] = {}
        self._count = 0
        self.reserved = 0  # bytes of the disk

    def take(self, user_id: int, size: int) -> Callable[[], None] | None:
        """Takes a slot with so many bytes. Returns what gives it back, to be called once, or None if none is left."""
        with self._lock:
            mine = self._users.get(user_id, 0)
            if self._count >= self._most or mine >= self._most_of_user:
                return None
            self._count += 1
            self.reserved += size
            self._users[user_id] = mine + 1
        return lambda: self._give_back(user_id, size)

    def _give_back(self, user_id: int, size: int) -> None:
        with self._lock:
            self._count -= 1
            self.reserved -= size
            self._users[user_id] -= 1
            if not self._users[user_id]:
                del self._users[user_id]
