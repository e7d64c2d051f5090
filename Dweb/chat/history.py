"""History: pages of the log of a room that a user may read."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from django.conf import settings

from ..live import wire
from ..log import history as log
from ..models import User
from . import permissions, prices
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def page(
    runtime: "Runtime", user: User, name: str, before: int | None, after: int | None, limit: int
) -> tuple[Sequence[wire.Event], bool]:
    """The last `limit` events of a room, or those before or after a number, ascending; and whether there are more.

    Raises Refusal.
    """
    check_rate(runtime, user, prices.HISTORY)
    room = permissions.room_to_read(user, name)
    if room is None:
        return [], False
    if after is not None:
        events = log.since(name, after, limit + 1)
        page = _shortened(events[:limit])
    else:
        events = log.before(room, before, limit + 1)
        page = _shortened(events[-limit:][::-1])[::-1]
    runtime.rates.charge(user.pk, prices.of_history(page) - prices.HISTORY)
    return page, len(page) < len(events)


def _shortened(events: Sequence[wire.Event]) -> Sequence[wire.Event]:
    """The first events, until they have HISTORY_MAX_CHARS."""
    sizes = accumulate(event.chars for event in events)
    return events[: 1 + sum(size < settings.HISTORY_MAX_CHARS for size in sizes)]
