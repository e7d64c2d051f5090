"""One transaction of the committer: numbers new events and applies changes of messages. Publishes nothing.

The transaction holds the locks of its rooms, so two changes of one message come one after the other.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime

from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from ..databases.sql import insert_rows, is_passing, placeholders
from ..live import wire
from ..live.direct import partner
from ..live.wire import Kind
from ..models import Event, Mention, event_id, room_id_of
from ..search import index
from .entry import Draft

# Plain SQL: with Django's models a single message takes four times as long.
HEADS = "SELECT id, seq FROM room WHERE id IN ({ids}) ORDER BY id"  # ordered: two processes cannot wait for each other
KNOWN = "SELECT id FROM event WHERE user_id IN ({users}) AND cid IN ({cids})"
MOVE = "UPDATE room SET seq = %s WHERE id = %s"
CHANGE = "UPDATE event SET text = %s, edited = %s WHERE id = %s"
COLUMNS = ("id", "room_id", "seq", "kind", "of", "user_id", "text", "edited", "time", "cid", "reply")


class Unchangeable(Exception):
    """The message that a draft would change is "missing", "foreign" (the verdict excludes its author) or "deleted"."""


class RoomGone(Unchangeable):
    """The room of a draft is gone, with its last member or by the admin; another one may have its name by now."""


class RolledBack(Exception):
    """The transaction failed before its COMMIT, so nothing of it is kept; a new one may succeed."""


class CommitUncertain(Exception):
    """COMMIT failed but may have been done all the same; `outcomes` and `new` are what store() would return."""

    def __init__(self, error: Error, outcomes: "list[wire.Event | Unchangeable]", new: "list[wire.Event]") -> None:
        super().__init__(str(error))
        self.is_passing = is_passing(error)
        self.outcomes = outcomes
        self.new = new


def store(drafts: Sequence[Draft]) -> tuple[list[wire.Event | Unchangeable], list[wire.Event]]:
    """Writes drafts in one transaction. Returns the outcome of each draft, and the new events in their order.

    Raises RolledBack, CommitUncertain, or the database's errors.
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
            raise CommitUncertain(error, outcomes, batch.new) from error
        if is_passing(error):
            raise RolledBack(str(error)) from error
        raise
    return outcomes, batch.new


def is_in_log(events: Sequence[wire.Event]) -> bool:
    """True if these events of one transaction are stored. Their rooms are locked first: then it has ended."""
    with transaction.atomic():
        _lock_rooms({room_id_of(event.id) for event in events})
        found = _stored(event.id for event in events)
    return all(event.id in found and _origin(found[event.id]) == _origin(event) for event in events)


def _origin(event: wire.Event) -> tuple[object, ...]:
    """Tells an event from another one that has its number."""
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
        self._mentions: dict[int, Set[int]] = {}  # of new and changed messages
        self._now = timezone.now()

    def take(self, draft: Draft) -> wire.Event | Unchangeable:
        """Numbers a draft, behind those taken before it. A draft that repeats a cid gets that one's event."""
        entry = draft.entry
        known = self._known.get((draft.user.pk, entry.cid)) if entry.cid else None
        if known is not None:
            return known
        if draft.room_id not in self._heads:
            return RoomGone(draft.room)
        if entry.kind in CHANGES and (unchangeable := self._change(draft)) is not None:
            return unchangeable
        event = self._add(draft)
        self.new.append(event)
        if entry.cid:
            self._known[draft.user.pk, entry.cid] = event
        return event

    def save(self) -> None:
        changed = [(self._stored[key], self._messages[key]) for key in sorted(self._changed)]
        rows = [self._messages.get(event.id, event) for event in self.new]
        insert_rows("event", COLUMNS, [_row(event) for event in rows])
        with connection.cursor() as cursor:
            if changed:
                cursor.executemany(CHANGE, [(new.text, _as_stored(new.edited), new.id) for _, new in changed])
            cursor.executemany(MOVE, [(self._heads[room_id], room_id) for room_id in self._moved])
        index.add([(event.id, event.text) for event in rows if event.kind == Kind.MESSAGE and event.text])
        if changed:
            index.replace([(new.id, old.text, new.text) for old, new in changed])
        self._save_mentions()

    def _save_mentions(self) -> None:
        """Replaces the mentions of changed messages, and adds those of new ones."""
        if self._changed:
            Mention.objects.filter(event__in=self._changed).delete()
        if rows := [(user, id) for id, named in self._mentions.items() for user in named]:
            insert_rows("mention", ("user", "event"), rows)

    def _add(self, draft: Draft) -> wire.Event:
        seq = self._heads[draft.room_id] = self._heads[draft.room_id] + 1
        self._moved.add(draft.room_id)
        event = wire.Event(
            room=draft.room,
            seq=seq,
            id=event_id(draft.room_id, seq),
            userid=draft.user.pk,
            user=draft.user.shown_name,
            text=draft.entry.text,
            time=self._now,
            userto=partner(draft.room, draft.user.pk),
            cid=draft.entry.cid,
            reply=draft.entry.reply,
            kind=draft.entry.kind,
            of=draft.entry.of or None,
        )
        if event.kind == Kind.MESSAGE:
            self._messages[event.id] = event
            self._mentions[event.id] = draft.mentions
        return event

    def _change(self, draft: Draft) -> Unchangeable | None:
        """Applies a change to its message. Returns the reason for which that cannot be."""
        message = self._messages.get(draft.target)
        if message is None or message.kind != Kind.MESSAGE:
            return Unchangeable("missing")
        if message.userid not in draft.may_change:
            return Unchangeable("foreign")
        if not message.text:
            return Unchangeable("deleted")
        self._messages[message.id] = CHANGES[draft.entry.kind](message, draft, self._now)
        self._mentions[message.id] = draft.mentions
        if message.id in self._stored:
            self._changed.add(message.id)
        return None


def _edit(message: wire.Event, draft: Draft, now: datetime) -> wire.Event:
    return message._replace(text=draft.entry.text, edited=now)


def _delete(message: wire.Event, draft: Draft, now: datetime) -> wire.Event:
    return message._replace(text="")


# The kinds that change a message: what the message is afterwards.
CHANGES: dict[int, Callable[[wire.Event, Draft, datetime], wire.Event]] = {Kind.EDIT: _edit, Kind.DELETION: _delete}


def _lock_rooms(ids: Iterable[int]) -> dict[int, int]:
    """Locks the rooms until the transaction ends. Returns their last numbers by their ids."""
    wanted = [*ids]
    lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{HEADS.format(ids=placeholders(wanted))} {lock}", wanted)
        return dict(cursor.fetchall())


def _known(drafts: Sequence[Draft]) -> dict[tuple[int, str], wire.Event]:
    """The events that these drafts repeat: same sender, same cid."""
    cids = [*{draft.entry.cid for draft in drafts if draft.entry.cid}]
    if not cids:
        return {}
    senders = [*{draft.user.pk for draft in drafts if draft.entry.cid}]
    with connection.cursor() as cursor:
        cursor.execute(KNOWN.format(users=placeholders(senders), cids=placeholders(cids)), [*senders, *cids])
        events = _stored(id for (id,) in cursor.fetchall())
    return {(event.userid, event.cid): event for event in events.values() if event.cid}


def _targets(drafts: Sequence[Draft]) -> dict[int, wire.Event]:
    """The messages that these drafts change, by their keys."""
    return _stored(draft.target for draft in drafts if draft.entry.kind in CHANGES)


def _stored(ids: Iterable[int]) -> dict[int, wire.Event]:
    wanted = [*ids]
    rows = Event.objects.filter(pk__in=wanted).select_related("room", "user") if wanted else ()
    return {row.pk: row.as_wire(row.room.name) for row in rows}


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
        _as_stored(event.edited),
        _as_stored(event.time),
        event.cid,
        event.reply,
    )


def _as_stored(time: datetime | None) -> str | None:
    return connection.ops.adapt_datetimefield_value(time)
