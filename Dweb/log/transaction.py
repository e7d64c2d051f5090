"""What the committer writes in one transaction: numbers new events, applies edits and deletions. Rings nobody.

All of it happens under the locks of the rooms, so two changes of one message come one after the other.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from ..databases.sql import insert_rows, is_passing, placeholders
from ..live import wire
from ..live.wire import Kind
from ..models import EVENTS_PER_ROOM, Event, User, event_id, room_id_of
from ..search import index as search
from .history import as_event, partner

# What every message costs is in SQL: by Django's models a message alone takes four times as long.
HEADS = "SELECT id, seq FROM room WHERE id IN ({ids}) ORDER BY id"  # so that two processes cannot wait for each other
KNOWN = "SELECT id FROM event WHERE user_id IN ({users}) AND cid IN ({cids})"
MOVE = "UPDATE room SET seq = %s WHERE id = %s"
CHANGE = "UPDATE event SET text = %s, edited = %s WHERE id = %s"
COLUMNS = ("id", "room_id", "seq", "kind", "of", "user_id", "text", "edited", "time", "cid", "reply")


class Unchangeable(Exception):
    """The message that a draft would change is not there ("missing"), another person's ("foreign") or "deleted"."""


@dataclass(slots=True)
class Draft:
    """An event without its number; `of` is the message that an edit or a deletion changes.

    `answer` is resolved once it is in the log.
    """

    room_id: int
    room: str
    user: User
    text: str
    cid: str | None = None
    reply: int | None = None
    kind: Kind = Kind.MESSAGE
    of: int = 0
    made: float = field(default_factory=monotonic)
    answer: "Future[wire.Event]" = field(default_factory=Future)

    @property
    def target(self) -> int:
        """The key of the message that is changed; 0, which no event has, for a number that no room can have."""
        return event_id(self.room_id, self.of) if 0 < self.of < EVENTS_PER_ROOM else 0


class Undone(Exception):
    """The transaction failed before its COMMIT, so nothing of it is kept; tried again, it may succeed."""


class Doubtful(Exception):
    """COMMIT itself failed, and may have been done all the same; `outcomes` and `new` are what store() would return."""

    def __init__(self, error: Error, outcomes: "list[wire.Event | Unchangeable]", new: "list[wire.Event]") -> None:
        super().__init__(str(error))
        self.is_passing = is_passing(error)
        self.outcomes = outcomes
        self.new = new


def store(drafts: Sequence[Draft]) -> tuple[list[wire.Event | Unchangeable], list[wire.Event]]:
    """Write drafts in one transaction. Returns what became of each, and the events that are new, in their order.

    Raises Undone, Doubtful, or the database's errors.
    """
    saved = False
    try:
        with transaction.atomic():
            batch = Batch(drafts)
            outcomes = [batch.take(draft) for draft in drafts]
            batch.save()
            saved = True
    except IntegrityError:  # COMMIT too may find that a row refers to one that is gone
        raise
    except Error as error:
        if saved:
            raise Doubtful(error, outcomes, batch.new) from error
        if is_passing(error):
            raise Undone(str(error)) from error
        raise
    return outcomes, batch.new


def is_in_log(events: Sequence[wire.Event]) -> bool:
    """Whether these events of one transaction are stored. Their rooms are locked first: by then it has ended."""
    with transaction.atomic():
        _lock_rooms({room_id_of(event.id) for event in events})
        found = _stored(event.id for event in events)
    return all(event.id in found and _origin(found[event.id]) == _origin(event) for event in events)


def _origin(event: wire.Event) -> tuple[object, ...]:
    """By which an event is known from another one that has its number."""
    return event.userid, event.cid, event.time, event.kind, event.of


class Batch:
    """`new` are the events that the drafts taken so far add to the log; save() writes them."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.new: list[wire.Event] = []
        self._heads = _lock_rooms({draft.room_id for draft in drafts})
        self._known = _known(drafts)
        self._stored = _targets(drafts)
        self._messages = self._stored.copy()  # and those of this batch: as they are in the end
        self._moved: set[int] = set()  # rooms with new events
        self._changed: set[int] = set()  # stored messages with other texts
        self._now = timezone.now()

    def take(self, draft: Draft) -> wire.Event | Unchangeable:
        """Number a draft, after those that were taken before it; one that was sent before is its first event."""
        known = self._known.get((draft.user.pk, draft.cid)) if draft.cid else None
        if known is not None:
            return known
        if draft.room_id not in self._heads:
            raise IntegrityError(f"room {draft.room} is gone")
        if draft.kind != Kind.MESSAGE and (refused := self._change(draft)) is not None:
            return refused
        event = self._add(draft)
        self.new.append(event)
        if draft.cid:
            self._known[draft.user.pk, draft.cid] = event
        return event

    def save(self) -> None:
        changed = [(self._stored[key], self._messages[key]) for key in sorted(self._changed)]
        rows = [self._messages.get(event.id, event) for event in self.new]
        insert_rows("event", COLUMNS, [_row(event) for event in rows])
        with connection.cursor() as cursor:
            if changed:
                cursor.executemany(CHANGE, [(new.text, _as_stored(new.edited), new.id) for _, new in changed])
            cursor.executemany(MOVE, [(self._heads[room_id], room_id) for room_id in self._moved])
        search.add([(event.id, event.text) for event in rows if event.kind == Kind.MESSAGE and event.text])
        if changed:
            search.replace([(new.id, old.text, new.text) for old, new in changed])

    def _add(self, draft: Draft) -> wire.Event:
        seq = self._heads[draft.room_id] = self._heads[draft.room_id] + 1
        self._moved.add(draft.room_id)
        event = wire.Event(
            room=draft.room,
            seq=seq,
            id=event_id(draft.room_id, seq),
            userid=draft.user.pk,
            user=draft.user.username,
            text=draft.text,
            time=self._now,
            userto=partner(draft.room, draft.user.pk),
            cid=draft.cid,
            reply=draft.reply,
            kind=draft.kind,
            of=draft.of or None,
        )
        if draft.kind == Kind.MESSAGE:
            self._messages[event.id] = event
        return event

    def _change(self, draft: Draft) -> Unchangeable | None:
        """Give the message its new text. Returns why that cannot be."""
        message = self._messages.get(draft.target)
        if message is None or message.kind != Kind.MESSAGE:
            return Unchangeable("missing")
        if message.userid != draft.user.pk:
            return Unchangeable("foreign")
        if not message.text:
            return Unchangeable("deleted")
        edited = self._now if draft.kind == Kind.EDIT else message.edited
        self._messages[message.id] = message._replace(text=draft.text, edited=edited)
        if message.id in self._stored:
            self._changed.add(message.id)
        return None


def _lock_rooms(ids: Iterable[int]) -> dict[int, int]:
    """The rooms' last numbers, which nobody else changes before the transaction ends."""
    wanted = [*ids]
    lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{HEADS.format(ids=placeholders(wanted))} {lock}", wanted)
        return dict(cursor.fetchall())


def _known(drafts: Sequence[Draft]) -> dict[tuple[int, str], wire.Event]:
    """The events that these drafts repeat: same sender, same cid."""
    cids = [*{draft.cid for draft in drafts if draft.cid}]
    if not cids:
        return {}
    senders = [*{draft.user.pk for draft in drafts if draft.cid}]
    with connection.cursor() as cursor:
        cursor.execute(KNOWN.format(users=placeholders(senders), cids=placeholders(cids)), [*senders, *cids])
        events = _stored(id for (id,) in cursor.fetchall())
    return {(event.userid, event.cid): event for event in events.values() if event.cid}


def _targets(drafts: Sequence[Draft]) -> dict[int, wire.Event]:
    """The messages that these drafts change, by their keys."""
    return _stored(draft.target for draft in drafts if draft.kind != Kind.MESSAGE)


def _stored(ids: Iterable[int]) -> dict[int, wire.Event]:
    wanted = [*ids]
    rows = Event.objects.filter(pk__in=wanted).select_related("room", "user") if wanted else ()
    return {row.pk: as_event(row, row.room.name) for row in rows}


def _row(event: wire.Event) -> tuple[object, ...]:
    """In the order of COLUMNS."""
    return (
        event.id,
        room_id_of(event.id),
        event.seq,
        int(event.kind),
        event.of,
        event.userid,
        event.text if event.kind == Kind.MESSAGE else "",
        _as_stored(event.edited),
        _as_stored(event.time),
        event.cid,
        event.reply,
    )


def _as_stored(time: datetime | None) -> str | None:
    return connection.ops.adapt_datetimefield_value(time)
