"""The writer: the one thread that writes to clients' sockets (fan-out). It never waits for any one of them.

Its lock guards the list of clients to write to and the count of passes. The selector holds the sockets
whose buffers are full, and belongs to the writer's thread.
"""

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ..parking.sending import send_now
from ..parking.wakeup import Wakeup
from .client import Client
from .outbox import Pushed

NOTHING: Mapping[int, Any] = {}


class Writer:
    """Writes outboxes to sockets; severs clients that do not answer a close frame within `close_seconds`.

    Each pass runs inside `at_work()`.
    """

    def __init__(
        self, close_seconds: float, at_work: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self._close_seconds = close_seconds
        self._at_work = at_work
        self.delivered = 0  # frames that fan-outs put into outboxes; changed under the lock
        self._lock = threading.Lock()
        self._waiting: list[tuple[int, Wakeup]] = []  # for the ends of passes
        self._ready: list[Client] = []
        self._begun = 0  # passes begun, passes ended, and the last one that was asked for
        self._ended = 0
        self._asked = 0
        self._asleep = False
        self._stopping = False
        self._closing: deque[tuple[float, Client]] = deque()
        self._selector = selectors.DefaultSelector()
        self._wake_sender, self._wake_receiver = socket.socketpair()
        self._wake_sender.setblocking(False)
        self._wake_receiver.setblocking(False)
        self._selector.register(self._wake_receiver, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after its pass and releases what it holds; nothing is written any more."""
        self._stopping = True
        self.wake(())
        self._thread.join()

    # For any thread.

    def wake(self, clients: Iterable[Client], delivered: int = 0) -> int:
        """Has these clients' outboxes written. Returns the number of the pass that does it, for wait()."""
        with self._lock:
            self.delivered += delivered
            self._ready.extend(clients)
            number = self._asked = self._begun + 1
            asleep, self._asleep = self._asleep, False
        if asleep:
            send_now(self._wake_sender, b"\0")
        return number

    def fan_out(
        self, clients: Collection[Client], frames: Any, own: Mapping[int, Any] = NOTHING, count: int = 1
    ) -> int:
        """Gives all clients the same frames, or RoomEvents; `own` has others for these user ids.

        `count` is how many frames they are, for the statistics. Returns the pass, for wait().
        """
        first, given = self.put(clients, frames, own)
        return self.wake(first, count * given)

    def put(
        self, clients: Collection[Client], frames: Any, own: Mapping[int, Any] = NOTHING
    ) -> tuple[list[Client], int]:
        """Fans out without waking the writer. Returns for whom it is to be woken, and how many were given something."""
        first, full = [], []
        for client in clients:
            pushed = client.outbox.push(own.get(client.user_id, frames) if own else frames)
            if pushed is Pushed.FIRST:
                first.append(client)
            elif pushed is Pushed.FULL:
                full.append(client)
        for client in full:
            client.close_slow()
        return first, len(clients) - len(full)

    def wait(self, number: int) -> None:
        """Waits until that pass has ended; this holds back a producer that is faster than the writer."""
        ended = Wakeup()
        with self._lock:
            if self._ended >= number:
                return
            self._waiting.append((number, ended))
        ended.wait()

    # The writer's thread.

    def _run(self) -> None:
        while True:
            with self._lock:
                ready, self._ready = self._ready, []
                self._begun += 1
            with self._at_work():
                for client in ready:
                    self._write(client)
                    if client.outbox.finished and not client.outbox.gone:
                        self._closing.append((time.monotonic() + self._close_seconds, client))
            with self._lock:
                self._ended += 1
                over = [each for each in self._waiting if each[0] <= self._ended]
                self._waiting = [each for each in self._waiting if each[0] > self._ended] if over else self._waiting
            for _number, ended in over:
                ended.set()
            if self._stopping:
                break
            self._sever_silent()
            self._sleep()
        self._selector.close()
        self._wake_sender.close()
        self._wake_receiver.close()

    def _sleep(self) -> None:
        """Sleeps until a thread wakes the writer, a socket takes more, or a closing client's time is up."""
        with self._lock:
            self._asleep = self._begun >= self._asked
            timeout = self._timeout() if self._asleep else 0
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                self._wake_receiver.recv(4096)
            else:
                self._write(key.data)
        with self._lock:
            self._asleep = False

    def _write(self, client: Client) -> None:
        try:
            blocked = not client.flush()
        except OSError:
            client.sever()
            blocked = False
        if blocked and not client.blocked:
            self._selector.register(client.sock, selectors.EVENT_WRITE, client)
        elif client.blocked and not blocked:
            self._selector.unregister(client.sock)
        client.blocked = blocked

    def _timeout(self) -> float | None:
        return max(0.0, self._closing[0][0] - time.monotonic()) if self._closing else None

    def _sever_silent(self) -> None:
        while self._closing and (self._closing[0][1].outbox.gone or self._closing[0][0] <= time.monotonic()):
            client = self._closing.popleft()[1]
            if not client.outbox.gone:
                client.sever()
