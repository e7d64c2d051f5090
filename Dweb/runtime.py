"""Makes this process's one hub, writer, committer and bus, and ties them to the settings and the log.

get() is the only way to them. The threads start with the first use, so that a server may fork before.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from django.conf import settings
from django.db import Error

from .accounts.endings import Endings
from .chat.marks import Marks
from .chat.rates import Rates
from .cluster.bus import Bus, LocalBus, Word
from .cluster.bus_redis import RedisBus, connect
from .cluster.peers import Peers
from .live import wire
from .live.admission import Gate
from .live.hub import Hub
from .live.presence import Presence
from .live.wire import CloseCode
from .live.writer import Writer
from .log import history
from .log.activity import at_work
from .log.committer import Committer
from .models import Epoch, give_connection_back

logger = logging.getLogger(__name__)

GATE_SECONDS = 0.5

T = TypeVar("T")

_lock = threading.Lock()  # guards _runtime
_runtime: "Runtime | None" = None
# Filled while the modules are loaded, then only read.
_jobs: list[tuple[str, float, Callable[[], None]]] = []
_anew: list[tuple[str, Callable[[], None]]] = []  # those of the jobs that are done as soon as words may have been lost
_ears: dict[str, Callable[[Word], object]] = {}


class Runtime:
    """Who is online here, and what serves them."""

    def __init__(self) -> None:
        self.writer = Writer(settings.WEBSOCKET_CLOSE_SECONDS, at_work)
        self.hub = Hub(
            self.writer,
            Presence(settings.PRESENCE_GRACE_SECONDS, settings.PRESENCE_MAX_PEOPLE),
            self._since,
            max_sockets=settings.MAX_SOCKETS,
            max_per_user=settings.MAX_SOCKETS_PER_USER,
            max_people=settings.PRESENCE_MAX_PEOPLE,
            part_bytes=settings.OUTBOX_MAX_BYTES // 8,
        )
        self.rates = Rates(settings.SEND_RATE, settings.SEND_BURST)
        self.peers: Peers | None = None
        self.bus: Bus = LocalBus(self.hub.delivery.deliver)
        if settings.REDIS_URL:
            self._join_others(secrets.token_hex(6))
        self.committer = Committer(
            self.bus.ring,
            max_events=settings.COMMIT_MAX_EVENTS,
            max_queue=settings.COMMIT_QUEUE_EVENTS,
            wait_seconds=settings.COMMIT_WAIT_SECONDS,
            gather_seconds=settings.COMMIT_GATHER_SECONDS,
        )
        self.marks = Marks()
        self.frame_rates = Rates(settings.FRAME_RATE, settings.FRAME_BURST)
        self.endings = Endings()
        self.arrivals = Gate(settings.ARRIVALS_AT_ONCE)
        self.room_ids: dict[str, int] = {}  # the keys of rooms by their names, for chat
        self._desk: ThreadPoolExecutor | None = None

    def _join_others(self, me: str) -> None:
        """Share one chat with other processes, by way of Redis."""

        def hear(word: Word) -> None:
            if word["tell"] == "anew":
                look_anew()
            else:
                _and_give_back(lambda: _ears.get(word["tell"], peers.hear)(word))

        def look_anew() -> None:
            peers.came_back()
            for name, work in _anew:
                _attempt(name, work)

        def name() -> str:
            return f"dweb:{self.epoch}"

        redis = connect(settings.REDIS_URL)
        delivery = self.hub.delivery
        self.bus = RedisBus(
            redis,
            name,
            me,
            deliver=delivery.deliver,
            catch_up=delivery.catch_up,
            hear=hear,
            came_back=look_anew,
        )
        peers = Peers(redis, name, me, self.hub, self.rates, self.bus.tell, settings.PRESENCE_LEASE_SECONDS)
        self.peers = peers

    def start(self) -> None:
        self.writer.start()
        self.committer.start()
        self.bus.start()
        if self.peers is not None:
            self.peers.start()
        self._desk = ThreadPoolExecutor(settings.DB_MAX_CONNECTIONS, "desk")
        _repeat("presence", settings.PRESENCE_SECONDS, self.hub.tick)
        _repeat("gate", GATE_SECONDS, self.arrivals.relax)
        _repeat("marks", settings.MARK_SECONDS, self.marks.store)
        for name, seconds, work in _jobs:
            _repeat(name, seconds, work)

    @cached_property
    def epoch(self) -> str:
        """It changes only while no server runs."""
        return _and_give_back(Epoch.current)

    def ask(self, work: Callable[[], T]) -> T:
        """Read from the database in one of a few threads for that: how deep Django goes, stays with a thread's memory.

        For a socket whose own thread may then be parked for days. `work` waits for nobody, and who asks holds no
        connection: were all of them held by people who ask, nobody could answer.
        """
        give_connection_back()
        return _and_give_back(work) if self._desk is None else self._desk.submit(_and_give_back, work).result()

    def _since(self, room: str, seq: int) -> Sequence[wire.Event]:
        return self.ask(lambda: history.since(room, seq))

    def stop(self) -> None:
        """Tell everyone that the server restarts; their views end and no further socket is let in."""
        self.hub.close(CloseCode.SERVICE_RESTART, "the server is restarting")
        _attempt("stop", self.marks.store)
        if self.peers is not None:
            self.peers.stop()


def _and_give_back(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        give_connection_back()


def get() -> Runtime:
    """This process's runtime, made and started on first use."""
    global _runtime
    if _runtime is None:
        with _lock:
            if _runtime is None:
                runtime = Runtime()
                runtime.start()
                _runtime = runtime
    return _runtime


def running() -> Runtime | None:
    """The runtime if there is one: code that only concerns people online needs none to be made."""
    return _runtime


def every(name: str, seconds: float, work: Callable[[], None], *, anew: bool = False) -> None:
    """Have every runtime that starts from now on do some work again and again, in a thread of its own.

    `anew`: and at once, in the bus's thread, when words of other processes may have been lost.
    """
    _jobs.append((name, seconds, work))
    if anew:
        _anew.append((name, work))


def listen(about: str, hear: Callable[[Word], object]) -> None:
    """Have words of this kind from other processes heard; in the bus's thread, which may ask the database."""
    _ears[about] = hear


def _repeat(name: str, seconds: float, work: Callable[[], None]) -> None:
    """Call `work` again and again in a thread of its own; without a database it is tried again the next time."""

    def run() -> None:
        pause = threading.Event()
        while not pause.wait(seconds):
            _attempt(name, work)

    threading.Thread(target=run, name=name, daemon=True).start()


def _attempt(name: str, work: Callable[[], None]) -> None:
    try:
        work()
    except Error as error:
        logger.warning("The %s thread could not reach the database: %s", name, error)
    except Exception:  # a fault of ours must not end what people rely on
        logger.exception("The %s thread goes on after a fault.", name)
    finally:
        give_connection_back()
