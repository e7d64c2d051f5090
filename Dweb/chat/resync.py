"""A slow look at the log and at who is in which room: what the bus has lost, or nobody has told. Writes nothing.

One thread calls Watch.check() regularly and owns what it remembers; check_left() remembers nothing.
"""

from contextlib import suppress
from itertools import islice

from django.conf import settings
from django.db.models import Max

from .. import runtime
from ..log import history
from ..models import LOBBY, Membership, Room, User, give_connection_back
from ..refusal import Refusal
from ..runtime import Runtime
from . import messages as chat

ROOMS_AT_ONCE = 500
PEOPLE_AT_ONCE = 500
OVERLAP = 1_000  # memberships are numbered before they can be seen: those that came late are among so many


def connect() -> None:
    """Have it run regularly. Called once, when Django is ready."""
    runtime.every("catch-up", settings.LOG_CHECK_SECONDS, Watch().check)
    runtime.every("left", settings.SESSION_CHECK_SECONDS, check_left, anew=True)


class Watch:
    """What was seen at the last check, and what was not delivered then."""

    def __init__(self) -> None:
        self._behind: dict[str, int] = {}  # rooms, and where they stood
        self._last: int | None = None  # the newest memberships of the last two checks
        self._last_but_one: int | None = None

    def check(self) -> None:
        live = runtime.running()
        if live is not None:
            self._check_log(live)
            self._check_memberships(live)

    def _check_log(self, live: Runtime) -> None:
        """A room that is behind and stands where it stood is not being delivered: nobody has rung for it."""
        delivered, before, self._behind = live.hub.rooms.delivered(), self._behind, {}
        rooms = iter(delivered)
        while names := list(islice(rooms, ROOMS_AT_ONCE)):
            for name, head in history.numbers(names):
                if head > delivered[name]:
                    self._behind[name] = delivered[name]
                    if before.get(name) == delivered[name]:
                        give_connection_back()  # what follows waits for its turn, and reads with another one
                        live.hub.delivery.catch_up(name, head)

    def _check_memberships(self, live: Runtime) -> None:
        last = Membership.objects.aggregate(last=Max("pk"))["last"] or 0
        known, self._last_but_one, self._last = self._last_but_one, self._last, last
        if known is None or last <= known:
            return
        lately = Membership.objects.filter(pk__gt=min(known, last - OVERLAP)).values_list("user_id", "room__name")
        for user_id, room in lately:
            clients = live.hub.connections(user_id)
            if any(client.greeted and room not in client.rooms for client in clients):
                with suppress(Refusal):  # they have left meanwhile
                    chat.bring_in(User(pk=user_id), room)
            elif clients:  # those who are being greeted hear of it then
                live.hub.rooms.admit([user_id], room)


def check_left() -> None:
    """Have nobody here watch a room that they have left, in another process."""
    live = runtime.running()
    people = iter({client.user_id for client in live.hub.connections()} if live else ())
    while live is not None and (user_ids := list(islice(people, PEOPLE_AT_ONCE))):
        watched = {(user_id, room) for user_id in user_ids for room in live.hub.rooms.watched(user_id) - {LOBBY}}
        members = Membership.objects.filter(user__in=user_ids).values_list("user_id", "room__name")
        left = watched.difference(members) if watched else set()
        for user_id, name in left:
            if room := Room.objects.filter(name=name).first():
                chat.take_out(User(pk=user_id), room)
            else:
                live.hub.rooms.dismiss(user_id, name)
