"""The rows of the log as events, for the committer's transaction."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection

from ..databases.sql import insert_rows, placeholders
from ..live import wire
from ..live.wire import Kind
from ..models import Event, room_id_of
from .entry import Draft

# Plain SQL: with Django's models a single message takes four times as long.
KNOWN = "SELECT id FROM event WHERE user_id IN ({users}) AND cid IN ({cids})"
COLUMNS = ("id", "room_id", "seq", "kind", "of", "user_id", "text", "edited", "time", "cid", "reply", "data")
CHANGE = "UPDATE event SET text = %s, edited = %s, data = %s WHERE id = %s"
NAMES = {"username", "byname"}  # in an event's data: of now, so the log has them not


def insert(events: Iterable[wire.Event]) -> None:
    insert_rows("event", COLUMNS, [_row(event) for event in events])


def change(messages: Sequence[wire.Event]) -> None:
    """Stores the texts and the data that these messages have now."""
    rows = [(each.text, as_stored(each.edited), _data(each), each.id) for each in messages]
    with connection.cursor() as cursor:
        cursor.executemany(CHANGE, rows)


def stored(ids: Iterable[int]) -> dict[int, wire.Event]:
    """The events with these keys, as far as there are any."""
    wanted = [*ids]
    rows = Event.objects.filter(pk__in=wanted).select_related("room", "user") if wanted else ()
    return {row.pk: row.as_wire(row.room.name) for row in rows}


def repeated(drafts: Collection[Draft]) -> dict[tuple[int, str], wire.Event]:
    """The events that these drafts repeat: same sender, same cid."""
    cids = [*{draft.entry.cid for draft in drafts if draft.entry.cid}]
    if not cids:
        return {}
    senders = [*{draft.user.pk for draft in drafts if draft.entry.cid}]
    with connection.cursor() as cursor:
        cursor.execute(KNOWN.format(users=placeholders(senders), cids=placeholders(cids)), [*senders, *cids])
        events = stored(id for (id,) in cursor.fetchall())
    return {(event.userid, event.cid): event for event in events.values() if event.cid}


def as_stored(time: datetime | None) -> str | None:
    return connection.ops.adapt_datetimefield_value(time)


def _row(event: wire.Event) -> tuple[object, ...]:
    """An event's row, in the order of COLUMNS."""
    return (
        event.id,
        room_id_of(event.id),
        event.seq,
        int(event.kind),
        event.of,
        event.userid,
        event.text if event.kind == Kind.MESSAGE else "",
        as_stored(event.edited),
        as_stored(event.time),
        event.cid,
        event.reply,
        _data(event),
    )


def _data(event: wire.Event) -> str | None:
    if event.data is None:
        return None
    return json.dumps({name: value for name, value in event.data.items() if name not in NAMES})
