"""The names of authors in the tails of all rooms."""

from .registry import Registry
from .room import Room


def names(registry: Registry) -> set[tuple[int, str]]:
    """The ids of the authors of kept messages, with the names that they have there."""
    found = set[tuple[int, str]]()
    for state in _rooms(registry):
        with registry.lock:
            found |= state.tail.names()
    return found


def drop_other_names(registry: Registry, user_id: int, name: str) -> None:
    """Drops the messages that are kept under another name of a user; the log has the one of now."""
    for state in _rooms(registry):
        with registry.lock:
            state.tail.drop_other_names(user_id, name)


def _rooms(registry: Registry) -> list[Room]:
    """All rooms, for a walk that takes the lock for each of them: nobody waits for the whole of it."""
    with registry.lock:
        return list(registry.rooms.values())
