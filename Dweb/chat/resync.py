"""Resync: finds in the database what the bus has not announced: events, and memberships that began or ended.

One thread calls Resync.check() regularly and owns what it remembers; check_left() remembers nothing.
"""

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from ..databases.release import release_connections
from ..log import history
from ..models import LOBBY, User
from ..refusal import Refusal
from . import membership
from .rooms import subscribe_user, unsubscribe_user

if TYPE_CHECKING:
    from ..runtime import Runtime

ROOMS_AT_ONCE = 500
PEOPLE_AT_ONCE = 500
OVERLAP = 1_000  # memberships get their numbers before they can be seen: late ones are among so many


class Resync:
    """The state between two checks: the rooms that were behind, and the newest memberships."""

    def __init__(self) -> None:
        self._behind: dict[str, int] = {}  # rooms, and up to where they were delivered
        self._last: int | None = None  # the newest memberships of the last two checks
        self._last_but_one: int | None = None

    def check(self, runtime: "Runtime") -> None:
        self._check_log(runtime)
        self._check_memberships(runtime)

    def _check_log(self, runtime: "Runtime") -> None:
        """Catches up rooms that are as far behind as at the last check: their events were not announced."""
        delivered, before, self._behind = runtime.subscriptions.delivered(), self._behind, {}
        rooms = iter(delivered)
        while names := list(islice(rooms, ROOMS_AT_ONCE)):
            for name, head in history.numbers(names):
                if head > delivered[name]:
                    self._behind[name] = delivered[name]
                    if before.get(name) == delivered[name]:
                        release_connections()  # what follows waits for its turn, and reads with another one
                        runtime.delivery.resync(name, head)

    def _check_memberships(self, runtime: "Runtime") -> None:
        last = membership.last_id()
        known, self._last_but_one, self._last = self._last_but_one, self._last, last
        if known is None or last <= known:
            return
        for user_id, room in membership.newer_than(min(known, last - OVERLAP)):
            clients = runtime.hub.connections(user_id)
            if any(client.greeted and client.reaches(room) and room not in client.rooms for client in clients):
                with suppress(Refusal, User.DoesNotExist):  # they have left meanwhile
                    subscribe_user(runtime, User.objects.get(pk=user_id), room)
            elif clients:  # clients that are being greeted get it then
                runtime.subscriptions.subscribe_users([user_id], room)


def check_left(runtime: "Runtime") -> None:
    """Unsubscribes the clients here from rooms that their users have left in another process."""
    people = iter({client.user_id for client in runtime.hub.connections()})
    while user_ids := list(islice(people, PEOPLE_AT_ONCE)):
        rooms_of = runtime.subscriptions.rooms_of
        subscribed = {(user_id, room) for user_id in user_ids for room in rooms_of(user_id) - {LOBBY}}
        left = subscribed.difference(membership.of_users(user_ids)) if subscribed else set()
        for user_id, name in left:
            unsubscribe_user(runtime, user_id, name)
