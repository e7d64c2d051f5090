"""Reads the log: pages of events, the rooms' last numbers, how much is unread. Writes nothing, decides nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from ..databases.lookup import Lookup
from ..databases.sql import placeholders
from ..live import wire
from ..live.wire import Kind
from ..models import EVENTS_PER_ROOM, Event, Mention, Room, User, event_id

Span = tuple[int, int, int]  # of a room's key: after this number, up to this one
Asked = tuple[int, tuple[Span, ...]]  # a user's id and spans

PAGE_EVENTS = 200
PAGE_CHARS = 64 * 1024  # a client that waits until it may be sent a page holds no more in memory
UNREAD_MOST = 100
MENTIONS_LOOKED_AT = 1_000  # in a room; those by people who are blocked do not count
ROOMS_AT_ONCE = 100
LATEST_EVENTS = 200
NAMED = {"userid": "username", "by": "byname"}  # in an event's data
NAME_FIELDS = ("account", "username", "shows_account")

NUMBERS = "SELECT name, seq FROM room WHERE name IN ({rooms})"
# LIMIT ends the count: of a long log no more is read.
UNREAD = (
    "SELECT %s, %s, (SELECT COUNT(*) FROM"
    " (SELECT 1 FROM event WHERE id > %s AND id < %s AND kind = %s AND user_id <> %s LIMIT %s) AS found),"
    " (SELECT COUNT(*) FROM (SELECT 1 FROM"
    " (SELECT event.user_id AS author FROM mention JOIN event ON event.id = mention.event"
    " WHERE mention.user IN (%s, %s) AND mention.event > %s AND mention.event < %s AND user_id <> %s LIMIT %s) AS named"
    " WHERE NOT EXISTS (SELECT 1 FROM block WHERE user_id = %s AND other_id = author) LIMIT %s) AS mine)"
)
LATEST = "SELECT * FROM (SELECT id FROM event WHERE id > %s AND id < %s AND kind = %s ORDER BY id DESC LIMIT 1) AS last"


class Unread(NamedTuple):
    """The counts of unread messages of others in a room, and of those that mention the user: UNREAD_MOST at most.

    Mentions by people whom the user blocks do not count.
    """

    messages: int = 0
    mentions: int = 0


def since(room: str, seq: int, limit: int = PAGE_EVENTS) -> Sequence[wire.Event]:
    """The events after `seq`, ascending, at most `limit`; empty at the head and for a room that is not there."""
    row = Room.named(room)
    if row is None:
        return []
    rows = _log(row, after=min(seq, EVENTS_PER_ROOM)).order_by("id")[:limit]
    return _events(row, rows)


def page(room: str, seq: int) -> Sequence[wire.Event]:
    """The events after `seq` like since(), but only the first ones, until they have PAGE_CHARS."""
    events = since(room, seq)
    sizes = accumulate(event.chars for event in events)
    return events[: 1 + sum(size < PAGE_CHARS for size in sizes)]


def before(room: Room, seq: int | None, limit: int = PAGE_EVENTS) -> Sequence[wire.Event]:
    """The last `limit` events before `seq` (None: of all), ascending."""
    log = _log(room, before=EVENTS_PER_ROOM if seq is None else min(seq, EVENTS_PER_ROOM))
    return _events(room, reversed(log.order_by("-id")[:limit]))


def latest(rooms: Mapping[int, tuple[str, int]]) -> Sequence[wire.Event]:
    """The last message of each of these rooms, at most ROOMS_AT_ONCE: keys to names and last numbers.

    A deleted one has neither text nor files. None is looked for behind LATEST_EVENTS edits and deletions.
    """
    keys = [
        (event_id(room_id, max(0, seq - LATEST_EVENTS)), event_id(room_id, seq + 1), Kind.MESSAGE)
        for room_id, (_name, seq) in rooms.items()
    ]
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([LATEST] * len(keys)), [*chain.from_iterable(keys)])
        ids = [id for (id,) in cursor.fetchall()]
    rows = Event.objects.filter(pk__in=ids).prefetch_related("user")
    return [row.as_wire(rooms[row.room_id][0]) for row in rows]


def by_cid(sender: User, cid: str) -> wire.Event | None:
    """The event that this sender sent with this cid; of an edit, without the text."""
    event = Event.objects.select_related("room", "user").filter(user=sender, cid=cid).first()
    return None if event is None else event.as_wire(event.room.name)


def is_message(room_id: int, seq: int) -> bool:
    return 0 < seq < EVENTS_PER_ROOM and Event.objects.filter(pk=event_id(room_id, seq), kind=Kind.MESSAGE).exists()


def numbers(rooms: Collection[str]) -> Sequence[tuple[str, int]]:
    """These rooms, as far as they exist, with the numbers of their last events."""
    if not rooms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS.format(rooms=placeholders(rooms)), [*rooms])
        return list(cursor.fetchall())


def unread(user_id: int, spans: Collection[Span]) -> dict[int, Unread]:
    """Counts what is unread in each span. Returns the counts by room id."""
    return UNREAD_OF.find((user_id, tuple(spans))) or {} if spans else {}


def _unread(asked: Collection[Asked]) -> dict[Asked, dict[int, Unread]]:
    """Counts for many users. One query serves many rooms."""
    found: dict[Asked, dict[int, Unread]] = {each: {} for each in asked}
    counts = list(found.values())
    spans = [(number, user_id, span) for number, (user_id, spans) in enumerate(asked) for span in spans]
    with connection.cursor() as cursor:
        for start in range(0, len(spans), ROOMS_AT_ONCE):
            part = spans[start : start + ROOMS_AT_ONCE]
            values: list[int] = []
            for number, user_id, (room_id, after, last) in part:
                keys = event_id(room_id, after), event_id(room_id, last + 1)
                values += [number, room_id, *keys, Kind.MESSAGE, user_id, UNREAD_MOST]
                values += [user_id, Mention.EVERYONE, *keys, user_id, MENTIONS_LOOKED_AT, user_id, UNREAD_MOST]
            cursor.execute(" UNION ALL ".join([UNREAD] * len(part)), values)
            for number, room_id, messages, mentions in cursor.fetchall():
                counts[number][room_id] = Unread(messages, mentions)
    return found


UNREAD_OF = Lookup(_unread)


def _events(room: Room, rows: Iterable[Event]) -> list[wire.Event]:
    """Rows of the log as events; edits get the text that their messages have now, and data the names of now."""
    events = [row.as_wire(room.name) for row in rows]
    changed = {event_id(room.pk, event.of) for event in events if event.kind == Kind.EDIT and event.of}
    texts = dict(Event.objects.filter(pk__in=changed).values_list("seq", "text")) if changed else {}
    events = [event._replace(text=texts.get(event.of, "")) if event.kind == Kind.EDIT else event for event in events]
    return _named(events) if any(event.data for event in events) else events


def _named(events: Collection[wire.Event]) -> list[wire.Event]:
    """The events with the names of those whom their data tells of: NAMED maps the ids there to the names."""
    wanted = {event.data[id] for event in events if event.data for id in NAMED if id in event.data}
    users = User.objects.filter(pk__in=wanted).only(*NAME_FIELDS)
    names = {user.pk: user.shown_name for user in users}
    return [event if not event.data else event._replace(data=_with_names(event.data, names)) for event in events]


def _with_names(data: dict[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    return data | {name: names.get(data[id], "") for id, name in NAMED.items() if id in data}


def _log(room: Room, after: int = 0, before: int = EVENTS_PER_ROOM) -> QuerySet[Event]:
    """The events between two numbers, both excluded. One bound at each end: of two, SQLite seeks by one and scans."""
    keys = Event.objects.filter(id__gt=event_id(room.pk, after), id__lt=event_id(room.pk, before))
    return keys.prefetch_related("user")  # not a join: with old statistics MariaDB would begin it at the wrong end
