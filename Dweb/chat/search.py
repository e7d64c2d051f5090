"""Search: finds messages in the rooms that a user may read, a few searches at a time."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from ..databases.release import release_connections
from ..live import wire
from ..models import User
from ..refusal import Refusal
from ..search import find
from . import permissions, prices
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

RETRY_SECONDS = 1


class Turns:
    """At most `most` searches at once, of each user one; at most `waiting` others, of each user one."""

    def __init__(self, most: int, waiting: int) -> None:
        self._most = most
        self._most_waiting = waiting
        self._changed = threading.Condition()
        self._searching: set[int] = set()  # user ids
        self._waiting: set[int] = set()

    @contextmanager
    def turn(self, user_id: int, seconds: float) -> Iterator[None]:
        """Spans a search. Waits for its turn at most so long, or raises Refusal, too_fast."""
        with self._changed:
            if not self._wait(user_id, seconds):
                raise Refusal("too_fast", _("Too many searches at once: try again in a moment."), RETRY_SECONDS)
            self._searching.add(user_id)
        try:
            yield
        finally:
            with self._changed:
                self._searching.remove(user_id)
                self._changed.notify_all()

    def _wait(self, user_id: int, seconds: float) -> bool:
        if self._is_free(user_id):
            return True
        if user_id in self._waiting or len(self._waiting) >= self._most_waiting:
            return False
        self._waiting.add(user_id)
        try:
            return self._changed.wait_for(lambda: self._is_free(user_id), seconds)
        finally:
            self._waiting.remove(user_id)

    def _is_free(self, user_id: int) -> bool:
        return len(self._searching) < self._most and user_id not in self._searching


def search(
    runtime: "Runtime", user: User, query: str, room: str | None, before: int | None, narrowed: find.Narrowed = find.ALL
) -> tuple[Sequence[wire.Event], bool]:
    """The newest messages that match, in this room or in all of the user's, and whether there may be more.

    `before` is an event's id: only older messages count. Raises Refusal.
    """
    check_rate(runtime, user, prices.SEARCH)
    release_connections()  # a thread that waits holds no database connection
    with runtime.activity.waiting(), runtime.searches.turn(user.pk, settings.SEARCH_SECONDS):
        began = time.thread_time()
        rooms = permissions.rooms_to_search(user, room)
        try:
            return find.find(rooms, query, before, settings.SEARCH_EVENTS, settings.SEARCH_SECONDS, narrowed)
        except find.UnknownMessage:
            raise Refusal("not_found", _("There is no message %(id)d in your rooms.") % {"id": before}) from None
        finally:
            runtime.rates.charge(user.pk, (time.thread_time() - began) / prices.SEARCH_SECONDS)
