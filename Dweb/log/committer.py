"""The committer: writes the log. It gathers drafts, stores them in one transaction, publishes the events, answers.

One thread and one database connection; other threads queue their drafts and wait. A committer that was not started
writes in the caller's thread (tests). The queue is all that the threads share.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from django.db import IntegrityError, connection

from ..databases.release import release_connections
from ..databases.wrapper import reserve_connection
from ..live import wire
from ..operations.counters import Durations
from ..parking.activity import Activity
from ..parking.precedence import of_commits
from ..parking.wakeup import result_of
from .entry import Draft
from .transaction import CommitUncertain, Outcome, RolledBack, is_in_log, store

logger = logging.getLogger(__name__)

TRIES = 3  # of a transaction that the database rolls back


class NotStored(Exception):
    """The log could not be written; nothing of the draft is in it."""


class Committer:
    """Stores drafts and calls `after_commit(room, events)` for each room of a transaction, in the order of the numbers.

    `gather_seconds` after a transaction it begins the next one, or sooner if no work is left in `activity`.
    """

    def __init__(
        self,
        after_commit: Callable[[str, Sequence[wire.Event]], None],
        activity: Activity,
        *,
        max_events: int,
        max_queue: int,
        wait_seconds: float,
        gather_seconds: float,
    ) -> None:
        self._after_commit = after_commit
        self._activity = activity
        self._max_events = max_events
        self._wait_seconds = wait_seconds
        self._gather_seconds = gather_seconds
        self._max_queue = max_queue
        self._queue: queue.SimpleQueue[Draft] = queue.SimpleQueue()
        self._started = False
        self._written = 0.0  # when the last transaction ended; the committer's own
        self.stored = 0  # events, so far; this and the durations are changed by the committer alone
        self.durations = Durations()  # from a draft to its event, stored and published

    def start(self) -> None:
        self._started = True
        threading.Thread(target=self._run, name="committer", daemon=True).start()

    def commit(self, draft: Draft) -> wire.Event | None:
        """Stores a draft and returns its event; None if its deed had nothing to do.

        Raises NotStored, or one of transaction.NOT_STORED by what the database has.
        """
        if not self._started:
            self._write([draft])
            return draft.answer.result()
        if self._queue.qsize() >= self._max_queue:
            raise NotStored("too much is waiting to be written")
        self._queue.put(draft)
        release_connections()  # a thread that waits holds no database connection
        with self._activity.waiting():
            try:
                return result_of(draft.answer, self._wait_seconds)
            except TimeoutError:
                if draft.answer.cancel():
                    raise NotStored("the database does not keep up") from None
                return result_of(draft.answer)  # it is being written: the database's own time-outs bound this

    # The committer's thread.

    def _run(self) -> None:
        reserve_connection("committer")
        while True:
            if drafts := self._gather():
                self._write(drafts)
                self._written = time.monotonic()

    def _gather(self) -> list[Draft]:
        """Waits for a draft, then takes what else is there."""
        try:
            drafts = [self._queue.get_nowait()]
        except queue.Empty:
            drafts = [self._queue.get()]
            self._check_connection()
        self._wait_for_more()
        try:
            while len(drafts) < self._max_events:
                drafts.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return [draft for draft in drafts if draft.answer.set_running_or_notify_cancel()]

    def _wait_for_more(self) -> None:
        """Soon after a transaction, waits for the threads that are at work: they may queue further drafts.

        A few large transactions, and passes of the writer, cost less than many small ones; and little time is lost by
        the wait, since the processor works meanwhile.
        """
        left = self._written + self._gather_seconds - time.monotonic()
        if left > 0:
            self._activity.wait_for_others(left, lambda: self._queue.qsize() + 1 >= self._max_events)

    def _check_connection(self) -> None:
        """After a pause, closes a connection that the database has ended meanwhile, before a message is at stake."""
        if connection.connection is not None and not connection.is_usable():
            connection.close()

    def _store(self, drafts: list[Draft]) -> tuple[list[Outcome], list[wire.Event]]:
        """Calls store(); a transaction that a deadlock or a lost connection has rolled back is tried a few times."""
        for left in reversed(range(TRIES)):
            try:
                return store(drafts)
            except RolledBack as error:
                if not left:
                    raise
                logger.warning("A transaction of %d events is tried again: %s", len(drafts), error)
            except CommitUncertain as uncertain:
                logger.warning("COMMIT failed; %d events are looked up in the log: %s", len(drafts), uncertain)
                self._close_connection()
                if is_in_log(uncertain.new):
                    return uncertain.outcomes, uncertain.new
                if not left or not uncertain.is_passing:
                    raise
            self._close_connection()
        raise AssertionError("the last try returns or raises")

    def _write(self, drafts: list[Draft]) -> None:
        try:
            with of_commits.first():
                outcomes, new = self._store(drafts)
        except IntegrityError as error:
            if len(drafts) == 1:
                self._fail(drafts, error)
            else:  # one draft is at fault, the others are not
                for draft in drafts:
                    self._write([draft])
            return
        except Exception as error:  # whatever it is, the senders must be answered and this thread must live on
            self._fail(drafts, error)
            return
        self.stored += len(new)
        self._publish(new)
        now = time.monotonic()
        for draft, outcome in zip(drafts, outcomes, strict=True):
            self.durations.add(now - draft.made)
            if isinstance(outcome, Exception):
                draft.answer.set_exception(outcome)
            else:
                draft.answer.set_result(outcome)

    def _publish(self, events: list[wire.Event]) -> None:
        """Publishes once for each room. A failure costs time, not a message: the room's next event finds the gap."""
        rooms: dict[str, list[wire.Event]] = {}
        for event in events:
            rooms.setdefault(event.room, []).append(event)
        for room, of_room in rooms.items():
            try:
                self._after_commit(room, of_room)
            except Exception:
                logger.warning(
                    "Room %s: the events of a commit were not published; the next event finds the gap.",
                    room,
                    exc_info=True,
                )

    def _close_connection(self) -> None:
        if self._started:  # else it is the caller's connection
            connection.close()

    def _fail(self, drafts: list[Draft], error: Exception) -> None:
        logger.error("%d events were not stored: %s", len(drafts), error)
        self._close_connection()
        for draft in drafts:
            draft.answer.set_exception(NotStored(str(error)))
