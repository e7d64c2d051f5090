"""Reads the log: since(room, seq), before(room, seq), and the heads of a user's rooms. Writes nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from ..databases.sql import placeholders
from ..live import wire
from ..live.wire import Kind
from ..models import EVENTS_PER_ROOM, LOBBY, Event, Room, User, event_id

PAGE_EVENTS = 200
UNREAD_MOST = 100
ROOMS_AT_ONCE = 100

# A greeting asks these for everyone who comes back after a restart: in SQL they take a third of the time.
NAMES = "SELECT name FROM membership JOIN room ON room.id = room_id WHERE user_id = %s"
HEADS = (
    "SELECT id, name, seq FROM room WHERE name = %s UNION"
    " SELECT room.id, name, seq FROM membership JOIN room ON room.id = room_id WHERE user_id = %s ORDER BY 1"
)
NUMBERS = "SELECT name, seq FROM room WHERE name IN ({rooms})"
# Ends at the limit: in a long log no more is read.
UNREAD = (
    "SELECT %s, COUNT(*) FROM"
    " (SELECT 1 FROM event WHERE id > %s AND id < %s AND kind = %s AND user_id <> %s LIMIT %s) AS found"
)


@dataclass(frozen=True, slots=True)
class Head:
    """A room of a user's: its key, its name on the wire, the name people read, the number of its last event."""

    id: int
    room: str
    name: str
    seq: int


def since(room: str, seq: int, limit: int = PAGE_EVENTS) -> Sequence[wire.Event]:
    """The events after `seq`, ascending, at most `limit`; empty at the head and for a room that is not there."""
    row = Room.objects.filter(name=room).first()
    if row is None:
        return []
    rows = _log(row, after=min(seq, EVENTS_PER_ROOM)).order_by("id")[:limit]
    return _events(row, rows)


def before(room: Room, seq: int | None, limit: int = PAGE_EVENTS) -> Sequence[wire.Event]:
    """The last `limit` events before `seq` (None: of all), ascending."""
    log = _log(room, before=EVENTS_PER_ROOM if seq is None else min(seq, EVENTS_PER_ROOM))
    return _events(room, reversed(log.order_by("-id")[:limit]))


def by_cid(sender: User, cid: str) -> wire.Event | None:
    """What this sender sent under this cid; of an edit, without the text."""
    event = Event.objects.select_related("room", "user").filter(user=sender, cid=cid).first()
    return None if event is None else as_event(event, event.room.name)


def room_names(user_id: int) -> list[str]:
    """The lobby and the rooms that this user belongs to."""
    return [LOBBY, *(name for (name,) in _ask(NAMES, user_id))]


def heads(user_id: int) -> list[Head]:
    """The same rooms, in the order in which they were made, with the numbers of their last events."""
    found = _ask(HEADS, LOBBY, user_id)
    names = _usernames(partner(name, user_id) for _, name, _ in found)
    return [Head(pk, name, names.get(partner(name, user_id) or 0, name), seq) for pk, name, seq in found]


def numbers(rooms: Collection[str]) -> Sequence[tuple[str, int]]:
    """These rooms, as far as there are such, with the numbers of their last events."""
    return _ask(NUMBERS.format(rooms=placeholders(rooms)), *rooms) if rooms else []


def unread(user_id: int, spans: Sequence[tuple[int, int, int]]) -> dict[int, int]:
    """How many messages of others there are in each (room id, after this number, up to this one): UNREAD_MOST or more.

    One question for many rooms.
    """
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(spans), ROOMS_AT_ONCE):
            part = spans[start : start + ROOMS_AT_ONCE]
            values: list[int] = []
            for room_id, after, last in part:
                keys = event_id(room_id, after), event_id(room_id, last + 1)
                values += [room_id, *keys, Kind.MESSAGE, user_id, UNREAD_MOST]
            cursor.execute(" UNION ALL ".join([UNREAD] * len(part)), values)
            found |= dict(cursor.fetchall())
    return found


def room_name(room: str, user_id: int) -> str:
    """The name that this user reads for a room: of a direct room, the other person's."""
    other = partner(room, user_id)
    return _usernames([other]).get(other or 0, room)


def partner(room: str, user_id: int) -> int | None:
    """The other person of a direct room (oneself, in a room with oneself); None for other rooms."""
    users = wire.direct_users(room)
    return None if users is None else users[0] if users[1] == user_id else users[1]


def _ask(question: str, *values: object) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


def as_event(event: Event, room: str) -> wire.Event:
    return wire.Event(
        room=room,
        seq=event.seq,
        id=event.pk,
        userid=event.user_id,
        user=event.user.username,
        text=event.text,
        time=event.time,
        userto=partner(room, event.user_id),
        cid=event.cid,
        reply=event.reply,
        kind=event.kind,
        of=event.of,
        edited=event.edited,
    )


def _events(room: Room, rows: Iterable[Event]) -> list[wire.Event]:
    """Rows of the log as events; edits get the text that their messages have now."""
    events = [as_event(row, room.name) for row in rows]
    changed = {event_id(room.pk, event.of) for event in events if event.kind == Kind.EDIT and event.of}
    texts = dict(Event.objects.filter(pk__in=changed).values_list("seq", "text")) if changed else {}
    return [event._replace(text=texts.get(event.of, "")) if event.kind == Kind.EDIT else event for event in events]


def _log(room: Room, after: int = 0, before: int = EVENTS_PER_ROOM) -> QuerySet[Event]:
    """The events between two numbers, both excluded. One bound at each end: of two, SQLite seeks by one and scans."""
    keys = Event.objects.filter(id__gt=event_id(room.pk, after), id__lt=event_id(room.pk, before))
    return keys.prefetch_related("user")  # not a join: with old statistics MariaDB would begin it at the wrong end


def _usernames(user_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = [user_id for user_id in user_ids if user_id is not None]
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "username")) if wanted else {}
