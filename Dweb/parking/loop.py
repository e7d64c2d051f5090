"""The loop: one thread that reads all sockets and runs the views that are parked, each in a greenlet.

A greenlet runs until it parks (wakeup.py); meanwhile nothing else happens in this thread. So what it does between two
parks may touch memory, and nothing that blocks: no database, no file, no lock that is held while somebody blocks.
"""

import heapq
import itertools
import logging
import selectors
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context
from typing import Protocol

from greenlet import getcurrent, greenlet

from .sending import Receiver, send_now

logger = logging.getLogger(__name__)

RECEIVE_BYTES = 64 * 1024
STEP_SECONDS = 0.005  # after which a view with further messages lets others go on


class Timed(Protocol):
    """Has a time at which expire() is called. `due` and `armed` are the loop's thread's own.

    `armed` is the earliest time in the loop's heap, infinity if there is none: one that moves its time on, as each
    message does with a heartbeat, costs the heap nothing.
    """

    due: float
    armed: float

    def expire(self) -> None: ...


class Readable(Protocol):
    """Is called whenever its socket has bytes."""

    def on_readable(self) -> None: ...


class Loop:
    """Each pass of the loop runs inside `at_work()`."""

    def __init__(self) -> None:
        self.at_work: Callable[[], AbstractContextManager[object]] = nullcontext
        self._selector = selectors.DefaultSelector()
        self._posted: deque[Callable[[], object]] = deque()
        self._timed: list[tuple[float, int, Timed]] = []
        self._numbers = itertools.count()  # between equal times in the heap
        self._asleep = False
        self._stopping = False
        self._wake_sender, self._wake_receiver = socket.socketpair()
        self._wake_sender.setblocking(False)
        self._wake_receiver.setblocking(False)
        self._selector.register(self._wake_receiver, selectors.EVENT_READ, self)
        self._main: greenlet | None = None
        self.receiver = Receiver(RECEIVE_BYTES)
        self.began = 0.0  # when the step began that runs now; 0.0: none does
        self.thread = threading.Thread(target=self._live, name="loop", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Ends the thread after its pass. What is parked stays so."""
        self._stopping = True
        self.post(int)
        self.thread.join()

    # For any thread.

    def post(self, call: Callable[[], object]) -> None:
        """Has the loop's thread make a call, soon."""
        self._posted.append(call)
        if self._asleep:
            self._asleep = False  # one byte wakes it for all that are posted meanwhile
            send_now(self._wake_sender, b"\0")

    def spawn(self, run: Callable[[], object], context: Callable[[], Context] = Context) -> None:
        """Runs `run` in a greenlet of its own, with a context that the loop's thread makes."""
        self.post(lambda: self._begin(run, context()))

    # For the loop's thread.

    def watch(self, sock: socket.socket, readable: Readable) -> None:
        """Calls `readable.on_readable()` whenever the socket has bytes, until unwatch()."""
        self._selector.register(sock, selectors.EVENT_READ, readable)

    def unwatch(self, sock: socket.socket) -> None:
        self._selector.unregister(sock)

    def arm(self, timed: Timed) -> None:
        """Has `timed` expire once its `due` has come."""
        if timed.due < timed.armed:
            timed.armed = timed.due
            heapq.heappush(self._timed, (timed.due, next(self._numbers), timed))

    def park(self) -> None:
        """Lets others go on until somebody switches to this greenlet again."""
        assert self._main is not None
        if getcurrent() is self._main:
            raise RuntimeError("the loop itself cannot wait")
        self._main.switch()

    def tired(self) -> bool:
        """True if the step that runs has lasted for so long that others should go on."""
        return time.monotonic() - self.began > STEP_SECONDS

    def on_readable(self) -> None:
        """Takes the byte that woke the loop."""
        self._wake_receiver.recv(4096)

    def _live(self) -> None:
        try:
            self._run()
        except BaseException:
            logger.critical("The loop has failed. This process ends: its sockets would be read no more.", exc_info=True)
            signal.raise_signal(signal.SIGTERM)
        finally:
            self._selector.close()
            self._wake_sender.close()
            self._wake_receiver.close()

    def _run(self) -> None:
        _here.loop = self
        self._main = getcurrent()
        while not self._stopping:
            self._asleep = True
            ready = self._selector.select(0 if self._posted else self._left())
            self._asleep = False
            with self.at_work():
                for key, _events in ready:
                    self._step(key.data.on_readable)
                for _ in range(len(self._posted)):  # and no more: what these post waits for the next pass
                    self._step(self._posted.popleft())
                self._expire()

    def _begin(self, run: Callable[[], object], context: Context) -> None:
        made = greenlet(run, self._main)
        made.gr_context = context
        made.switch()

    def _step(self, call: Callable[[], object]) -> None:
        self.began = time.monotonic()
        try:
            call()
        except BaseException:  # of one connection: the others go on
            logger.exception("A step of the loop failed.")
        self.began = 0.0

    def _left(self) -> float | None:
        return max(0.0, self._timed[0][0] - time.monotonic()) if self._timed else None

    def _expire(self) -> None:
        now = time.monotonic()
        while self._timed and self._timed[0][0] <= now:
            when, _number, timed = heapq.heappop(self._timed)
            if timed.armed != when:
                continue  # armed for an earlier time meanwhile
            timed.armed = float("inf")
            if timed.due <= now:
                self._step(timed.expire)
            else:
                self.arm(timed)


class _Here(threading.local):
    loop: Loop | None = None


_here = _Here()
_lock = threading.Lock()  # guards _loop
_loop: Loop | None = None


def current() -> Loop | None:
    """The loop whose thread this is; None in any other thread."""
    return _here.loop


def get() -> Loop:
    """This process's loop, made and started on first use: a server may fork before."""
    global _loop
    with _lock:
        if _loop is None:
            _loop = Loop()
            _loop.start()
        return _loop
