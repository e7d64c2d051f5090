"""Writes the log: gathers, numbers, commits, rings, answers. The only code that adds events.

One thread and one database connection; request threads queue their drafts and wait. A committer that was
not started writes in the caller's thread (tests). The queue is the only thing that is shared.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from .history import as_event
from .live import wire
from .models import Event, Room, User, event_id, give_connection_back

logger = logging.getLogger(__name__)


class NotStored(Exception):
    """The log could not be written; nothing of the draft is in it."""


@dataclass(slots=True)
class Draft:
    """An event without its number. `answer` is resolved once it is in the log."""

    room_id: int
    room: str
    user: User
    text: str
    cid: str | None = None
    reply: int | None = None
    answer: "Future[wire.Event]" = field(default_factory=Future)


class Committer:
    """Stores drafts and calls `ring(room, events)` after each commit, in the order of the numbers."""

    def __init__(
        self,
        ring: Callable[[str, Sequence[wire.Event]], None],
        *,
        max_events: int,
        max_queue: int,
        wait_seconds: float,
    ) -> None:
        self._ring = ring
        self._max_events = max_events
        self._wait_seconds = wait_seconds
        self._queue: queue.Queue[Draft] = queue.Queue(max_queue)
        self._started = False

    def start(self) -> None:
        self._started = True
        threading.Thread(target=self._run, name="committer", daemon=True).start()

    def commit(self, draft: Draft) -> wire.Event:
        """Store a draft and return its event. Raises NotStored; then it will not be stored later either."""
        if not self._started:
            self._write([draft])
            return draft.answer.result()
        try:
            self._queue.put_nowait(draft)
        except queue.Full:
            raise NotStored("too much is waiting to be written") from None
        give_connection_back()  # a thread that waits holds no database connection
        try:
            return draft.answer.result(self._wait_seconds)
        except TimeoutError:
            if draft.answer.cancel():
                raise NotStored("the database does not keep up") from None
            return draft.answer.result()  # it is being written: the database's own time-outs bound this

    # The committer's thread.

    def _run(self) -> None:
        while True:
            if drafts := self._gather():
                self._write(drafts)

    def _gather(self) -> list[Draft]:
        """Wait for a draft, then take what else is there."""
        try:
            drafts = [self._queue.get_nowait()]
        except queue.Empty:
            drafts = [self._queue.get()]
            self._check_connection()
        try:
            while len(drafts) < self._max_events:
                drafts.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return [draft for draft in drafts if draft.answer.set_running_or_notify_cancel()]

    def _check_connection(self) -> None:
        """After a pause, the database may have restarted or hung up: better to notice before a message is at stake."""
        if connection.connection is not None and not connection.is_usable():
            connection.close()

    def _write(self, drafts: list[Draft]) -> None:
        try:
            stored, new = self._store(drafts)
        except IntegrityError as error:
            if len(drafts) == 1:
                self._fail(drafts, error)
            for draft in drafts if len(drafts) > 1 else ():  # one of them is at fault: the others are not
                self._write([draft])
            return
        except Exception as error:  # whatever it is, the senders must hear of it and this thread must live on
            self._fail(drafts, error)
            return
        self._announce(new)
        for draft, event in zip(drafts, stored, strict=True):
            draft.answer.set_result(event)

    def _store(self, drafts: list[Draft]) -> tuple[list[wire.Event], list[wire.Event]]:
        """Number and insert, in one transaction. Returns an event for each draft, and those of them that are new."""
        stored, new, rows = [], [], []
        with transaction.atomic():
            rooms = self._lock_rooms({draft.room_id for draft in drafts})
            known = self._known(drafts)
            now = timezone.now()
            for draft in drafts:
                event = known.get((draft.user.pk, draft.cid)) if draft.cid else None
                if event is None:
                    room = rooms.get(draft.room_id)
                    if room is None:
                        raise IntegrityError(f"room {draft.room} is gone")
                    room.seq += 1
                    row = Event(
                        id=event_id(room.pk, room.seq),
                        room=room,
                        seq=room.seq,
                        user=draft.user,
                        text=draft.text,
                        time=now,
                        cid=draft.cid,
                        reply=draft.reply,
                    )
                    event = as_event(row, draft.room)
                    rows.append(row)
                    new.append(event)
                    if draft.cid:
                        known[draft.user.pk, draft.cid] = event
                stored.append(event)
            Event.objects.bulk_create(rows)
            for room in {row.room_id: row.room for row in rows}.values():
                room.save(update_fields=["seq"])
        return stored, new

    def _lock_rooms(self, ids: set[int]) -> dict[int, Room]:
        """In the order of their ids, so that two processes cannot wait for each other."""
        return {room.pk: room for room in Room.objects.select_for_update().filter(pk__in=ids).order_by("pk")}

    def _known(self, drafts: list[Draft]) -> dict[tuple[int, str], wire.Event]:
        """The events that these drafts repeat: same sender, same cid."""
        cids = {draft.cid for draft in drafts if draft.cid}
        if not cids:
            return {}
        senders = {draft.user.pk for draft in drafts if draft.cid}
        rows = Event.objects.filter(user__in=senders, cid__in=cids).select_related("user", "room")
        return {(row.user_id, row.cid): as_event(row, row.room.name) for row in rows if row.cid}

    def _announce(self, events: list[wire.Event]) -> None:
        """Ring once for each room. A ring that fails costs time, not a message: the next one finds the gap."""
        rooms: dict[str, list[wire.Event]] = {}
        for event in events:
            rooms.setdefault(event.room, []).append(event)
        for room, of_room in rooms.items():
            try:
                self._ring(room, of_room)
            except Exception:
                logger.warning(
                    "Room %s could not be read after a gap; its next event tries again.", room, exc_info=True
                )

    def _fail(self, drafts: list[Draft], error: Exception) -> None:
        logger.error("%d events were not stored: %s", len(drafts), error)
        if self._started:
            connection.close()
        for draft in drafts:
            draft.answer.set_exception(NotStored(str(error)))
