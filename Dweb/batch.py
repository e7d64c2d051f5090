"""What the committer writes in one transaction: numbers new events, applies edits and deletions. Rings nobody.

All of it happens under the locks of the rooms, so two changes of one message come one after the other.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from . import search
from .history import as_event
from .live import wire
from .live.wire import Kind
from .models import EVENTS_PER_ROOM, Event, Room, User, event_id


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
    answer: "Future[wire.Event]" = field(default_factory=Future)

    @property
    def target(self) -> int:
        """The key of the message that is changed; 0, which no event has, for a number that no room can have."""
        return event_id(self.room_id, self.of) if 0 < self.of < EVENTS_PER_ROOM else 0


def store(drafts: Sequence[Draft]) -> tuple[list[wire.Event | Unchangeable], list[wire.Event]]:
    """Write drafts in one transaction. Returns what became of each, and the events that are new, in their order."""
    with transaction.atomic():
        batch = Batch(drafts)
        outcomes = [batch.take(draft) for draft in drafts]
        batch.save()
    return outcomes, batch.new


class Batch:
    """`new` are the events that the drafts taken so far add to the log; save() writes them."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.new: list[wire.Event] = []
        self._rows: list[Event] = []
        self._rooms = _lock_rooms({draft.room_id for draft in drafts})
        self._known = _known(drafts)
        self._messages = _targets(drafts)  # what may be changed, by its key
        self._before: dict[int, str] = {}  # the stored texts of those that are
        self._now = timezone.now()

    def take(self, draft: Draft) -> wire.Event | Unchangeable:
        """Number a draft, after those that were taken before it; one that was sent before is its first event."""
        known = self._known.get((draft.user.pk, draft.cid)) if draft.cid else None
        if known is not None:
            return known
        room = self._rooms.get(draft.room_id)
        if room is None:
            raise IntegrityError(f"room {draft.room} is gone")
        if draft.kind != Kind.MESSAGE and (refused := self._change(draft)) is not None:
            return refused
        event = self._add(draft, room)
        self.new.append(event)
        if draft.cid:
            self._known[draft.user.pk, draft.cid] = event
        return event

    def save(self) -> None:
        for key in self._before:
            self._messages[key].save(update_fields=["text", "edited"])
        Event.objects.bulk_create(self._rows)
        for room in {row.room_id: row.room for row in self._rows}.values():
            room.save(update_fields=["seq"])
        search.add([(row.pk, row.text) for row in self._rows if row.text])
        if self._before:
            search.replace([(key, text, self._messages[key].text) for key, text in self._before.items()])

    def _add(self, draft: Draft, room: Room) -> wire.Event:
        room.seq += 1
        row = Event(
            id=event_id(room.pk, room.seq),
            room=room,
            seq=room.seq,
            kind=draft.kind,
            of=draft.of or None,
            user=draft.user,
            text=draft.text,
            time=self._now,
            cid=draft.cid,
            reply=draft.reply,
        )
        event = as_event(row, draft.room)
        if draft.kind == Kind.MESSAGE:
            self._messages[row.pk] = row
        else:
            row.text = ""
        self._rows.append(row)
        return event

    def _change(self, draft: Draft) -> Unchangeable | None:
        """Give the message its new text. Returns why that cannot be."""
        message = self._messages.get(draft.target)
        if message is None or message.kind != Kind.MESSAGE:
            return Unchangeable("missing")
        if message.user_id != draft.user.pk:
            return Unchangeable("foreign")
        if not message.text:
            return Unchangeable("deleted")
        if not message._state.adding:  # one of this batch is inserted with the text that it has in the end
            self._before.setdefault(message.pk, message.text)
        message.text = draft.text
        if draft.kind == Kind.EDIT:
            message.edited = self._now
        return None


def _lock_rooms(ids: Iterable[int]) -> dict[int, Room]:
    """In the order of their ids, so that two processes cannot wait for each other."""
    return {room.pk: room for room in Room.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


def _known(drafts: Sequence[Draft]) -> dict[tuple[int, str], wire.Event]:
    """The events that these drafts repeat: same sender, same cid."""
    cids = {draft.cid for draft in drafts if draft.cid}
    if not cids:
        return {}
    senders = {draft.user.pk for draft in drafts if draft.cid}
    rows = Event.objects.filter(user__in=senders, cid__in=cids).select_related("user", "room")
    return {(row.user_id, row.cid): as_event(row, row.room.name) for row in rows if row.cid}


def _targets(drafts: Sequence[Draft]) -> dict[int, Event]:
    """The messages that these drafts change, by their keys."""
    keys = {draft.target for draft in drafts if draft.kind != Kind.MESSAGE}
    return Event.objects.in_bulk(keys) if keys else {}
