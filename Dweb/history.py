"""Reads the log: since(room, seq), before(room, seq), and the heads of a user's rooms. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from .live import wire
from .models import EVENTS_PER_ROOM, LOBBY, Event, Membership, Room, User, event_id

PAGE_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Head:
    """A room of a user's: its name on the wire, the name people read, the number of its last event."""

    room: str
    name: str
    seq: int


def since(room: str, seq: int, limit: int = PAGE_EVENTS) -> Sequence[wire.Event]:
    """The events after `seq`, ascending, at most `limit`; empty at the head and for a room that is not there."""
    row = Room.objects.filter(name=room).first()
    if row is None:
        return []
    rows = _log(row, after=min(seq, EVENTS_PER_ROOM)).order_by("id")[:limit]
    return [as_event(event, room) for event in rows]


def before(room: Room, seq: int | None, limit: int = PAGE_EVENTS) -> Sequence[wire.Event]:
    """The last `limit` events before `seq` (None: of all), ascending."""
    log = _log(room, before=EVENTS_PER_ROOM if seq is None else min(seq, EVENTS_PER_ROOM))
    return [as_event(event, room.name) for event in reversed(log.order_by("-id")[:limit])]


def by_cid(sender: User, cid: str) -> wire.Event | None:
    """What this sender sent under this cid."""
    event = Event.objects.select_related("room", "user").filter(user=sender, cid=cid).first()
    return None if event is None else as_event(event, event.room.name)


def room_names(user_id: int) -> list[str]:
    """The lobby and the rooms that this user belongs to."""
    return [LOBBY, *Membership.objects.filter(user=user_id).values_list("room__name", flat=True)]


def heads(user_id: int) -> list[Head]:
    """The same rooms, in the order in which they were made, with the numbers of their last events."""
    mine = Membership.objects.filter(user=user_id).values("room")
    found = list(Room.objects.filter(Q(name=LOBBY) | Q(pk__in=mine)).order_by("pk").values_list("name", "seq"))
    names = _usernames(_partner(name, user_id) for name, _ in found)
    return [Head(name, names.get(_partner(name, user_id) or 0, name), seq) for name, seq in found]


def room_name(room: str, user_id: int) -> str:
    """The name that this user reads for a room: of a direct room, the other person's."""
    partner = _partner(room, user_id)
    return _usernames([partner]).get(partner or 0, room)


def as_event(event: Event, room: str) -> wire.Event:
    return wire.Event(
        room=room,
        seq=event.seq,
        id=event.pk,
        userid=event.user_id,
        user=event.user.username,
        text=event.text,
        time=event.time,
        userto=_partner(room, event.user_id),
        cid=event.cid,
        reply=event.reply,
    )


def _log(room: Room, after: int = 0, before: int = EVENTS_PER_ROOM) -> QuerySet[Event]:
    """The events between two numbers, both excluded. One bound at each end: of two, SQLite seeks by one and scans."""
    keys = Event.objects.filter(id__gt=event_id(room.pk, after), id__lt=event_id(room.pk, before))
    return keys.prefetch_related("user")  # not a join: with old statistics MariaDB would begin it at the wrong end


def _partner(room: str, user_id: int) -> int | None:
    """The other person of a direct room (oneself, in a room with oneself); None for other rooms."""
    users = wire.direct_users(room)
    return None if users is None else users[0] if users[1] == user_id else users[1]


def _usernames(user_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = [user_id for user_id in user_ids if user_id is not None]
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "username")) if wanted else {}
