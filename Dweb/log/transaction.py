"""The committer's transaction: numbers drafts, inserts events, and does what they change. Publishes nothing.

The transaction holds the locks of its rooms, so two changes of one message come one after the other, and what the
drafts' checks look at stays as it is until their events are stored.
"""

from collections.abc import Iterable, Sequence, Set
from typing import Any

from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from ..databases.sql import insert_rows, is_passing
from ..live import wire
from ..live.direct import partner
from ..live.wire import Kind
from ..models import Mention, Record, event_id, room_id_of
from ..search import index
from . import attachments, deliveries, rows
from .changes import CHANGES
from .entry import Draft
from .standing import Denied, Standing, heads, standings

MOVE = "UPDATE room SET seq = %s WHERE id = %s"


class Unchangeable(Exception):
    """The message that a draft would change is "missing" or "deleted"."""


class FileGone(Exception):
    """A file of a draft is gone, with the last message that had it, or because no message took it in time."""


class RoomGone(Exception):
    """The room of a draft is gone, with its last member or by the admin; another one may have its name by now."""


NOT_STORED = (Unchangeable, FileGone, RoomGone, Denied)  # by what the database has: it will not be stored later either
Outcome = wire.Event | Unchangeable | FileGone | RoomGone | Denied | None  # None: there was nothing to do


class RolledBack(Exception):
    """The transaction failed before its COMMIT, so nothing of it is kept; a new one may succeed."""


class CommitUncertain(Exception):
    """COMMIT failed but may have been done all the same; `outcomes` and `new` are what store() would return."""

    def __init__(self, error: Error, outcomes: list[Outcome], new: list[wire.Event]) -> None:
        super().__init__(str(error))
        self.is_passing = is_passing(error)
        self.outcomes = outcomes
        self.new = new


def store(drafts: Sequence[Draft]) -> tuple[list[Outcome], list[wire.Event]]:
    """Writes drafts in one transaction. Returns the outcome of each draft, and the new events in their order.

    Raises RolledBack, CommitUncertain, or the database's errors.
    """
    saved = False
    try:
        with transaction.atomic():
            batch = Batch(drafts)
            outcomes = [batch.outcome(draft) for draft in drafts]
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
        heads({room_id_of(event.id) for event in events}, lock=True)
        found = rows.stored(event.id for event in events)
    return bool(events) and all(event.id in found and _origin(found[event.id]) == _origin(event) for event in events)


def _origin(event: wire.Event) -> tuple[object, ...]:
    """Tells an event from another one that has its number."""
    return event.userid, event.cid, event.time, event.kind, event.of


class Batch:
    """`new` are the events that the drafts taken so far add to the log; save() writes them."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.new: list[wire.Event] = []
        self._keys = {(draft.user.pk, draft.room_id) for draft in drafts} | deliveries.keys(drafts)
        self._look({draft.room_id for draft in drafts}, lock=True)
        self._numbers = {room_id: head.seq for room_id, head in self._heads.items()}
        self._known = rows.repeated(drafts)
        files = {id for draft in drafts for id in draft.entry.files}
        self._files = attachments.locked(files) if files else {}
        self._stored = rows.stored(draft.target for draft in drafts if draft.entry.kind in CHANGES)
        self._messages = self._stored.copy()  # and those of this batch: as they are in the end
        self._moved: set[int] = set()  # rooms with new events
        self._changed: set[int] = set()  # stored messages with other texts
        self._emptied: set[int] = set()  # deleted messages that had files
        self._mentions: dict[int, Set[int]] = {}  # of new and changed messages
        self._hooked: list[tuple[int, wire.Event]] = []  # webhooks and the new messages that go there
        self._records: list[Record] = []
        self._now = timezone.now()

    def outcome(self, draft: Draft) -> Outcome:
        """Numbers a draft, behind those before it. A draft that repeats a cid gets that one's event."""
        known = self._known.get((draft.user.pk, draft.entry.cid)) if draft.entry.cid else None
        if known is not None:
            return known
        try:
            event = self._take(draft)
        except NOT_STORED as reason:
            return reason
        if event is not None and draft.entry.cid:
            self._known[draft.user.pk, draft.entry.cid] = event
        return event

    def save(self) -> None:
        rows.insert(self._messages.get(event.id, event) for event in self.new)
        changed = [(self._stored[key], self._messages[key]) for key in sorted(self._changed)]
        if changed:
            rows.change([new for _, new in changed])
        with connection.cursor() as cursor:
            cursor.executemany(MOVE, [(self._numbers[room_id], room_id) for room_id in self._moved])
        said = [self._messages[event.id] for event in self.new if event.kind == Kind.MESSAGE]
        index.add([(event.id, text) for event in said if (text := _searched(event) if event.data else event.text)])
        if changed:
            index.replace([(new.id, _searched(old), _searched(new)) for old, new in changed])
        if self._files:
            attachments.add([event for event in self.new if event.files])
        if self._emptied:
            attachments.remove(self._emptied)
        if self._hooked:
            deliveries.add(self._hooked, self._now)
        self._save_mentions()
        if self._records:
            Record.objects.bulk_create(self._records)

    def _look(self, room_ids: Iterable[int], *, lock: bool = False) -> None:
        """Reads what the checks look at."""
        self._heads = heads(room_ids, lock=lock)
        self._standings: dict[tuple[int, int], Standing] = standings(self._keys, self._heads)

    def _take(self, draft: Draft) -> wire.Event | None:
        if draft.room_id not in self._heads:
            raise RoomGone(draft.room)
        standing = self._standings[draft.user.pk, draft.room_id]
        if draft.entry.kind in CHANGES:
            return self._add(draft, self._change(draft, standing))
        draft.check(standing, None, self._now)
        if draft.deed is not None:
            return self._do(draft, standing)
        return self._add(draft, self._beside(draft) if draft.entry.files or draft.entry.shown_as else None)

    def _beside(self, draft: Draft) -> dict[str, Any]:
        """What a message has beside its text. Raises FileGone."""
        try:
            files = [self._files[id] for id in draft.entry.files]
            return {**(draft.entry.shown_as or {}), **({"files": files} if files else {})}
        except KeyError as gone:
            raise FileGone(*gone.args) from None

    def _do(self, draft: Draft, standing: Standing) -> wire.Event | None:
        """Does a deed, and adds the notices of it. Returns the last one."""
        assert draft.deed is not None
        with transaction.atomic():
            told = draft.deed(standing, self._now)
        self._look(self._heads)  # those behind it in this batch meet what it has done
        return [self._add(draft, data) for data in told][-1] if told else None

    def _add(self, draft: Draft, data: dict[str, Any] | None = None) -> wire.Event:
        seq = self._numbers[draft.room_id] = self._numbers[draft.room_id] + 1
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
            data=data,
            bot=draft.user.is_bot,
        )
        if event.kind == Kind.MESSAGE:
            self._messages[event.id] = event
            self._mentions[event.id] = draft.mentions
            if draft.hooks:
                self._hooked += deliveries.of(draft, event, self._standings)
        self.new.append(event)
        return event

    def _change(self, draft: Draft, standing: Standing) -> dict[str, Any] | None:
        """Applies a change to its message. Returns what there is to tell of it. Raises Unchangeable or Denied."""
        message = self._messages.get(draft.target)
        if message is None or message.kind != Kind.MESSAGE:
            draft.check(standing, draft.user.pk, self._now)
            raise Unchangeable("missing")
        draft.check(standing, message.userid, self._now)
        if message.is_deleted:
            raise Unchangeable("deleted")
        changed = self._messages[message.id] = CHANGES[draft.entry.kind](message, draft, self._now)
        self._mentions[message.id] = draft.mentions
        if message.id in self._stored:
            self._changed.add(message.id)
        if not changed.is_deleted:
            return None
        if message.files:
            self._emptied.add(message.id)
        if changed.data is not None:
            self._records.append(_record(draft, message))
        return changed.data

    def _save_mentions(self) -> None:
        """Replaces the mentions of changed messages, and adds those of new ones."""
        if self._changed:
            Mention.objects.filter(event__in=self._changed).delete()
        if named := [(user, id) for id, users in self._mentions.items() for user in users]:
            insert_rows("mention", ("user", "event"), named)


def _searched(message: wire.Event) -> str:
    return index.searched(message.text, message.data)


def _record(draft: Draft, message: wire.Event) -> Record:
    """The record of a message that another than its author deletes."""
    return Record(
        by=draft.user, deed="delete", whom_id=message.userid, room=draft.room, reason=draft.entry.reason,
        about={"seq": message.seq},
    )  # fmt: skip
