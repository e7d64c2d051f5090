"""The directory: open rooms, which anyone may find and join, and one's own. Writes nothing."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import BigIntegerField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from ..live.wire import iso
from ..models import EVENTS_PER_ROOM, Event, Room, RoomKind, User, name_key
from ..models.names import KEY_CHARS
from . import membership, prices
from .rates import check_rate
from .selves import self_of

if TYPE_CHECKING:
    from ..runtime import Runtime


def find(runtime: "Runtime", user: User, query: str, after: str | None) -> tuple[list[dict[str, Any]], bool]:
    """Rooms with `query` in their titles, in the order of the titles, and whether there are more. Raises Refusal.

    `after` is the name of the room that comes before the first one; one that is gone begins the list.
    """
    check_rate(runtime, user, prices.DIRECTORY)
    rooms = _visible(user)
    if user.only is not None:
        rooms = rooms.filter(name__in=user.only)
    if query:
        rooms = rooms.filter(title_key__contains=name_key(query, KEY_CHARS))
    if after and (last := rooms.filter(name=after).first()):
        rooms = rooms.filter(Q(title_key__gt=last.title_key) | Q(title_key=last.title_key, pk__gt=last.pk))
    rooms = _with_times(membership.counted(rooms, user.pk)).order_by("title_key", "pk")
    found = list(rooms[: settings.ROOMS_FOUND + 1])
    return [_as_json(room) for room in found[: settings.ROOMS_FOUND]], len(found) > settings.ROOMS_FOUND


def _visible(user: User) -> QuerySet[Room]:
    """The group rooms that exist for this user."""
    own = membership.groups(user.pk)
    others = Q(kind=RoomKind.OPEN, archived=False)
    return own if self_of(user.pk).is_guest else Room.objects.filter(others | Q(pk__in=own.values("pk")))


def _with_times(rooms: QuerySet[Room]) -> QuerySet[Room]:
    """The rooms with `last`, when the last event came."""
    key = ExpressionWrapper(OuterRef("pk") * EVENTS_PER_ROOM + OuterRef("seq"), BigIntegerField())
    return rooms.annotate(last=Subquery(Event.objects.filter(pk=key).values("time")))


def _as_json(room: Any) -> dict[str, Any]:
    return {
        "room": room.name,
        "title": room.title,
        "kind": RoomKind(room.kind).word,
        "topic": room.topic,
        "members": room.people or 0,
        "joined": bool(room.joined),
        "time": room.last and iso(room.last),
        **({"archived": True} if room.archived else {}),
    }
