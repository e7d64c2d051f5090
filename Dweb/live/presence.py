"""Presence: gathers first-in and last-out into changes of the user list, which itself is the hub's `clients`.

Has no lock and no clock: the hub calls it under the registry's lock and passes the time.
"""

from collections.abc import Iterator
from itertools import islice

MANY = 1_000  # people; beyond it, more people online mean fewer names in a change, and rarer changes


class Presence:
    """Changes since they were last taken. A user whose last connection ends stays for `grace` seconds (reloads)."""

    def __init__(self, grace: float, limit: int) -> None:
        self._grace = grace
        self._limit = limit
        self._calls = 0  # of take() since it last returned changes
        self._leaving: dict[int, float] = {}  # user id to the time at which they are gone
        self._joined: dict[int, str] = {}
        self._left: dict[int, str] = {}
        self._renamed: dict[int, str] = {}  # users who are online and shown by another name

    def first_in(self, user_id: int, username: str) -> None:
        back = self._leaving.pop(user_id, None) is not None
        if not back and self._left.pop(user_id, None) is None:
            self._joined[user_id] = username

    def last_out(self, user_id: int, now: float) -> None:
        self._leaving[user_id] = now + self._grace

    def expire(self, now: float) -> Iterator[int]:
        """The users whose grace is over; the hub drops them from `clients` and reports each with gone()."""
        for user_id in [user_id for user_id, at in self._leaving.items() if at <= now]:
            del self._leaving[user_id]
            yield user_id

    def renamed(self, user_id: int, username: str) -> None:
        self._renamed[user_id] = username

    def gone(self, user_id: int, username: str) -> None:
        self._renamed.pop(user_id, None)
        if self._joined.pop(user_id, None) is None:
            self._left[user_id] = username

    def take(self, online: int = 0) -> tuple[dict[int, str], dict[int, str]]:
        """(joined, left) as user ids to names, at most `limit` of each; the rest waits for the next call.

        Above MANY they are fewer, and only some calls return any: all clients together are sent no more in a given
        time, however many are online.
        """
        self._calls += 1
        if self._calls < online // (2 * MANY):
            return {}, {}
        most = self._limit if online <= MANY else max(1, min(self._calls * MANY, online) * self._limit // online)
        self._calls = 0
        joined = _take(self._joined, most)
        return joined | _take(self._renamed, most - len(joined)), _take(self._left, most)


def _take(people: dict[int, str], limit: int) -> dict[int, str]:
    taken = dict(islice(people.items(), limit))
    for user_id in taken:
        del people[user_id]
    return taken
