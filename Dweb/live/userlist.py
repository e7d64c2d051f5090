"""The list of users who are online, as greetings have it. Under the registry's lock."""

from collections.abc import Iterable, Mapping, Set
from itertools import islice

from .person import Person
from .wire import as_json, person


class UserList:
    """The first `most` users who are online; with many online it stays the same while others connect."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: str | None = None

    def forget(self) -> None:
        """One of those who are in it has changed."""
        self._kept = None

    def as_json(self, people: Mapping[int, Person], seen: Set[int] | None) -> str:
        """The list as JSON; of a guest, only those who are `seen`."""
        if seen is not None:
            return self._as_json((user_id, people[user_id]) for user_id in sorted(seen & people.keys()))
        if self._kept is None:
            self._kept = self._as_json(people.items())
        return self._kept

    def _as_json(self, people: Iterable[tuple[int, Person]]) -> str:
        first = islice(people, self._most)
        return as_json([person(user_id, each.username, each.is_bot) for user_id, each in first])
