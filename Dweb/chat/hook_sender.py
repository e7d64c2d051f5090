"""Sends what waits for outgoing webhooks, and says their answers in the rooms.

One thread looks what is due, in one process of all: the one with the lease. A few threads send; each has one lane, the
messages of one room for one webhook, and sends the next of it only when the one before has ended.
"""

import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING

from django.conf import settings

from ..cluster.bus import Message
from ..databases.release import release_connections
from ..operations.jobs import attempt
from ..outgoing import queue
from ..outgoing.lease import Keeper
from ..outgoing.queue import Lane
from . import hook_calls
from .outgoing import OutgoingHooks, announce

if TYPE_CHECKING:
    from ..runtime import Runtime

LANE_TURN = 20  # messages of a lane, before others have a turn
LOOK_SECONDS = 0.05  # between two looks at the queue
SPARE_SECONDS = 2.0  # of the lease, beside the time of a request, for what the database takes
STOP_SECONDS = 1.0  # of a server that stops, for what is being sent; a database that is away delays no restart


class HookSender:
    """`hooks` are the webhooks, in memory. The lock guards which lanes are at work.

    The looking thread alone asks for the lease and renews it.
    """

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self.hooks = OutgoingHooks(runtime.query_pool.ask)
        self._lease = Keeper("outgoing", settings.HOOK_LEASE_SECONDS, is_alone=not settings.REDIS_URL)
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._busy: set[Lane] = set()
        self._lanes: SimpleQueue[Lane] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loaded = self._counted = self._cleared = float("-inf")
        self._given: dict[int, float] = {}  # when each webhook had its last turn
        self._senders = 0  # threads that were started, with the first lanes

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="outgoing", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something waits in the queue that was not there before. Never waits."""
        self._woken.set()

    def stop(self) -> None:
        """Begins nothing new, and lets another process begin."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(2 * STOP_SECONDS)

    # The looking thread.

    def _run(self) -> None:
        pause = 0.0
        while not self._stopped.is_set():
            is_woken = self._woken.wait(pause)
            self._woken.clear()
            self._pause = settings.HOOK_POLL_SECONDS
            attempt("outgoing", lambda woken=is_woken: self._look(woken))  # type: ignore[misc]
            pause = self._pause
            self._stopped.wait(LOOK_SECONDS)
        deadline = time.monotonic() + STOP_SECONDS
        while self._busy and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        if not self._busy:  # else what is being sent would be sent by another process, too
            attempt("outgoing", self._lease.release)

    def _look(self, is_woken: bool) -> None:
        """Gives what is due to the senders. Notes in `_pause` how long until the next is."""
        if time.monotonic() >= self._loaded + settings.SESSION_CHECK_SECONDS:
            self._loaded = time.monotonic()
            self.hooks.load()
        hooks = self.hooks.turned_on
        if not hooks or self._stopped.is_set():
            return
        if not self._lease.hold():
            if is_woken:
                self._runtime.bus.send({"type": "outgoing", "changed": False})
            return
        self._pause = min(self._pause, settings.HOOK_LEASE_SECONDS / 8)
        self._tidy()
        now = time.time()
        lanes = queue.lanes(hooks)
        self._pause = min([self._pause, *(time - now for _, time in lanes if time > now)])
        due = [lane for lane, time in lanes if time <= now]
        for lane in sorted(due, key=lambda lane: self._given.get(lane.hook, 0.0)):
            self._give(lane)

    def _tidy(self) -> None:
        """Closes and opens queues by their lengths, and deletes what ended long ago."""
        now = time.monotonic()
        if now >= self._counted + settings.HOOK_CHECK_SECONDS:
            self._counted = now
            if queue.mark_full():
                announce(self._runtime)
        if now >= self._cleared + settings.DELETION_SECONDS:
            self._cleared = now
            queue.clear()

    def _give(self, lane: Lane) -> None:
        with self._lock:
            of_hook = sum(each.hook == lane.hook for each in self._busy)
            if lane in self._busy or of_hook >= settings.HOOK_SENDERS_EACH or len(self._busy) >= settings.HOOK_SENDERS:
                return  # a lane that ends wakes this thread
            self._busy.add(lane)
        self._given[lane.hook] = time.monotonic()
        if self._senders < len(self._busy):
            self._senders += 1
            threading.Thread(target=self._send, name=f"outgoing_{self._senders}", daemon=True).start()
        self._lanes.put(lane)

    # The sending threads.

    def _send(self) -> None:
        while True:
            lane = self._lanes.get()
            try:
                attempt("outgoing", lambda lane=lane: self._send_some(lane))  # type: ignore[misc]
            finally:
                with self._lock:
                    self._busy.discard(lane)
                self._woken.set()

    def _send_some(self, lane: Lane) -> None:
        for _ in range(LANE_TURN):
            row = queue.first(lane)
            if row is None or not row.hook.is_on or self._stopped.is_set():
                return
            if not self._lease.is_held_for(settings.HOOK_SECONDS + SPARE_SECONDS):
                return
            if not hook_calls.call(self._runtime, row):
                return
            release_connections()


def on_outgoing(runtime: "Runtime", message: Message) -> None:
    """Another process has changed the webhooks, or stored a message for one."""
    if message["changed"]:
        runtime.outgoing.hooks.load()
    runtime.outgoing.wake()
