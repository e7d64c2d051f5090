"""Writes the log: gathers, has each batch stored, rings, answers. Nothing else has batches stored.

One thread and one database connection; request threads queue their drafts and wait. A committer that was
not started writes in the caller's thread (tests). The queue is the only thing that is shared.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from django.db import IntegrityError, connection

from ..live import wire
from ..models import give_connection_back
from ..operations.counters import Durations
from . import activity
from .transaction import Doubtful, Draft, Unchangeable, Undone, is_in_log, store

logger = logging.getLogger(__name__)

TRIES = 3  # of a transaction that the database undoes


class NotStored(Exception):
    """The log could not be written; nothing of the draft is in it."""


class Committer:
    """Stores drafts and calls `ring(room, events)` after each commit, in the order of the numbers."""

    def __init__(
        self,
        ring: Callable[[str, Sequence[wire.Event]], None],
        *,
        max_events: int,
        max_queue: int,
        wait_seconds: float,
        gather_seconds: float,
    ) -> None:
        self._ring = ring
        self._max_events = max_events
        self._wait_seconds = wait_seconds
        self._gather_seconds = gather_seconds
        self._max_queue = max_queue
        self._queue: queue.SimpleQueue[Draft] = queue.SimpleQueue()
        self._started = False
        self._written = 0.0  # when the last transaction ended; the committer's own
        self.stored = 0  # events, so far; this and the durations are changed by the committer alone
        self.durations = Durations()  # from a draft to its event, stored and rung

    def start(self) -> None:
        self._started = True
        threading.Thread(target=self._run, name="committer", daemon=True).start()

    def commit(self, draft: Draft) -> wire.Event:
        """Store a draft and return its event.

        Raises NotStored, or Unchangeable by what the log has; then it will not be stored later either.
        """
        if not self._started:
            self._write([draft])
            return draft.answer.result()
        if self._queue.qsize() >= self._max_queue:
            raise NotStored("too much is waiting to be written")
        self._queue.put(draft)
        give_connection_back()  # a thread that waits holds no database connection
        with activity.waiting():
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
                self._written = time.monotonic()

    def _gather(self) -> list[Draft]:
        """Wait for a draft, then take what else is there."""
        try:
            drafts = [self._queue.get_nowait()]
        except queue.Empty:
            drafts = [self._queue.get()]
            self._check_connection()
        self._let_come()
        try:
            while len(drafts) < self._max_events:
                drafts.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return [draft for draft in drafts if draft.answer.set_running_or_notify_cancel()]

    def _let_come(self) -> None:
        """Soon after a transaction, wait for those who are at work: they may bring more.

        A few large transactions, and passes of the writer, cost less than many small ones; and little time is lost by
        the wait, for the processor works meanwhile.
        """
        left = self._written + self._gather_seconds - time.monotonic()
        if left > 0:
            activity.wait_for_others(left, lambda: self._queue.qsize() + 1 >= self._max_events)

    def _check_connection(self) -> None:
        """After a pause, the database may have restarted or hung up: better to notice before a message is at stake."""
        if connection.connection is not None and not connection.is_usable():
            connection.close()

    def _store(self, drafts: list[Draft]) -> tuple[list[wire.Event | Unchangeable], list[wire.Event]]:
        """As store(); what a deadlock or a lost connection has undone is tried a few times."""
        for left in reversed(range(TRIES)):
            try:
                return store(drafts)
            except Undone as error:
                if not left:
                    raise
                logger.warning("A transaction of %d events is tried again: %s", len(drafts), error)
            except Doubtful as doubt:
                logger.warning("The log is asked whether %d events were committed: %s", len(drafts), doubt)
                self._hang_up()
                if is_in_log(doubt.new):
                    return doubt.outcomes, doubt.new
                if not left or not doubt.is_passing:
                    raise
            self._hang_up()
        raise AssertionError("the last try returns or raises")

    def _write(self, drafts: list[Draft]) -> None:
        try:
            outcomes, new = self._store(drafts)
        except IntegrityError as error:
            if len(drafts) == 1:
                self._fail(drafts, error)
            else:  # one of them is at fault: the others are not
                for draft in drafts:
                    self._write([draft])
            return
        except Exception as error:  # whatever it is, the senders must hear of it and this thread must live on
            self._fail(drafts, error)
            return
        self.stored += len(new)
        self._announce(new)
        now = time.monotonic()
        for draft, outcome in zip(drafts, outcomes, strict=True):
            self.durations.add(now - draft.made)
            if isinstance(outcome, Unchangeable):
                draft.answer.set_exception(outcome)
            else:
                draft.answer.set_result(outcome)

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

    def _hang_up(self) -> None:
        if self._started:  # else it is the caller's connection
            connection.close()

    def _fail(self, drafts: list[Draft], error: Exception) -> None:
        logger.error("%d events were not stored: %s", len(drafts), error)
        self._hang_up()
        for draft in drafts:
            draft.answer.set_exception(NotStored(str(error)))
