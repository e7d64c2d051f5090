"""History: pages of the log of a room that a user may read."""

from collections.abc import Sequence

from ..live import wire
from ..log import history as log
from ..models import User
from . import permissions


def page(user: User, name: str, before: int | None, after: int | None, limit: int) -> tuple[Sequence[wire.Event], bool]:
    """The last `limit` events of a room, or those before or after a number, ascending; and whether there are more.

    Raises Refusal.
    """
    room = permissions.room_to_read(user, name)
    if room is None:
        return [], False
    if after is not None:
        events = log.since(name, after, limit + 1)
        return events[:limit], len(events) > limit
    events = log.before(room, before, limit + 1)
    return events[-limit:], len(events) > limit
