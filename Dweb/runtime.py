"""The composition root: this process's parts, handlers, jobs, and what follows a commit, declared in one place.

get() makes the runtime with its first use, so that a server may fork before its threads start. Views call get(), and
gunicorn.conf.py when a worker starts; every other module is given the runtime.
"""

import secrets
import threading
from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings

from .accounts import handover, place, revocation, sessions, tokens
from .accounts.endings import Endings
from .accounts.first_run import FirstRun
from .accounts.session_store import SessionStore
from .chat import blocks, choices, deletion, guests, marks, namesakes, pictures, quiet, resync, room_frames, rooms
from .chat.hook_sender import HookSender, on_outgoing
from .chat.rates import Rates
from .chat.search import Turns
from .chat.typing import on_typing
from .cluster.bus import Bus, Handler, LocalBus, Message, check
from .cluster.bus_redis import RedisBus, connect
from .cluster.peers import Peers
from .cluster.seal import Seal
from .databases import query_pool
from .databases.query_pool import QueryPool
from .databases.release import releasing
from .files.parts import FileParts
from .live import wire
from .live.delivery import Delivery
from .live.hub import Hub
from .live.presence import Presence
from .live.registry import Registry
from .live.subscriptions import Subscriptions
from .live.writer import Writer
from .log import history
from .log.checkpoints import Checkpoints
from .log.committer import Committer
from .models import Epoch
from .operations.counters import Counters
from .operations.jobs import Job, attempt, repeat
from .operations.metrics import Metrics
from .operations.security import Refusals
from .parking import loop, slow_steps
from .parking.activity import Activity

STOP_SECONDS = 1  # for views to end, once the time of the closing handshakes is over
PARTS_IN_OUTBOX = 8  # replays and bursts are cut into parts of which so many fit into an outbox


class Runtime:
    """The users who are online here, and the parts that serve them."""

    def __init__(self) -> None:
        part_bytes = settings.OUTBOX_MAX_BYTES // PARTS_IN_OUTBOX
        self.activity = Activity()
        self.query_pool = query_pool.shared()
        self.replay_pool = QueryPool(1)
        self.rates = Rates(settings.SEND_RATE, settings.SEND_BURST)
        self.frame_rates = Rates(settings.FRAME_RATE, settings.FRAME_BURST)
        self.typing_rates = Rates(settings.TYPING_RATE, settings.TYPING_BURST)
        self.hook_rates = Rates(settings.HOOK_RATE, settings.HOOK_BURST)
        self.searches = Turns(settings.SEARCHES_AT_ONCE, settings.SEARCHES_WAITING)
        self.files = FileParts()
        self.endings = Endings()
        self.first_run = FirstRun()
        self.place = place.PlaceSettings(self.query_pool.ask)
        self.seen = sessions.Seen()
        self.tokens_used = tokens.Used()
        self.outgoing = HookSender(self)
        self.marks = marks.Marks()
        self.resync = resync.Resync()
        self.room_ids: dict[str, int] = {}  # rooms' names to their keys, for permissions
        self.writer = Writer(settings.WEBSOCKET_CLOSE_SECONDS, self.activity.at_work)
        self.registry = Registry()
        self.subscriptions = Subscriptions(self.registry, self.writer, history.page, part_bytes, self.replay_pool.ask)
        self.delivery = Delivery(self.registry, self.subscriptions, self.writer, part_bytes)
        self.hub = Hub(
            self.registry,
            self.writer,
            Presence(settings.PRESENCE_GRACE_SECONDS, settings.PRESENCE_MAX_PEOPLE),
            max_sockets=settings.MAX_SOCKETS,
            max_per_user=settings.MAX_SOCKETS_PER_USER,
            max_people=settings.PRESENCE_MAX_PEOPLE,
            seen_by=guests.seen_by_each,
        )
        self.seal = Seal(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        self._epoch: str | None = None
        self.peers: Peers | None = None
        self.bus: Bus = LocalBus(self.delivery.deliver)
        if settings.REDIS_URL:
            self._join_cluster(secrets.token_hex(6))
        self.committer = Committer(
            self._after_commit,
            self.activity,
            max_events=settings.COMMIT_MAX_EVENTS,
            max_queue=settings.COMMIT_QUEUE_EVENTS,
            wait_seconds=settings.COMMIT_WAIT_SECONDS,
            gather_seconds=settings.COMMIT_GATHER_SECONDS,
        )
        self.checkpoints = Checkpoints(settings.WAL_MAX_BYTES, settings.WAL_LOCK_SECONDS)
        self.counters = Counters()
        self.refusals = Refusals()
        self.metrics = Metrics(self)

    def _join_cluster(self, me: str) -> None:
        """Shares one chat with other processes over Redis; `me` is this process."""
        redis = connect(settings.REDIS_URL)
        self.bus = RedisBus(
            redis,
            self.seal,
            self._cluster_name,
            me,
            deliver=self.delivery.deliver,
            resync_room=self.delivery.resync,
            handle=self._handle,
            resync=self._resync,
        )
        lease = settings.PRESENCE_LEASE_SECONDS
        self.peers = Peers(redis, self.seal, self._cluster_name, me, self.hub, self.rates, self.bus.send, lease)

    def start(self) -> None:
        self.writer.start()
        self.committer.start()
        self.files.start()
        self.bus.start()
        if self.peers is not None:
            self.peers.start()
        self.outgoing.start()
        loop.get().at_work = self.activity.at_work
        if settings.DEBUG:
            slow_steps.watch(loop.get())
        for job in JOBS:
            repeat(job.name, job.seconds(), partial(job.work, self))

    def stop(self) -> None:
        """Tells all clients that the server restarts; their views end and no further socket is accepted."""
        self.hub.close(wire.CloseCode.SERVICE_RESTART, "the server is restarting")
        attempt("stop", self.marks.store)
        self.outgoing.stop()
        self.files.stop()
        if self.peers is not None:
            self.peers.stop()
        # The loop's thread ends with the process: nothing else waits for the clients' close frames.
        self.hub.wait_until_empty(settings.WEBSOCKET_CLOSE_SECONDS + STOP_SECONDS)

    @property
    def degraded(self) -> bool:
        """True while messages or users of other processes come late or not at all: Redis is away, or full."""
        return not self.bus.healthy or (self.peers is not None and not self.peers.healthy)

    @property
    def epoch(self) -> str:
        """The epoch; it changes only while no server runs. The lock of a cached_property would stop the loop."""
        if self._epoch is None:
            self._epoch = self.query_pool.ask(partial(releasing, Epoch.current))
        return self._epoch

    def _cluster_name(self) -> str:
        return f"dweb:sealed:{self.epoch}"  # before version 3 of the bus, nothing was sealed: it had another name

    def _after_commit(self, room: str, events: Sequence[wire.Event]) -> None:
        """Makes the calls of AFTER_COMMIT, in the committer's thread, before the senders get their answers."""
        for follow in AFTER_COMMIT:
            follow(self, room, events)

    def _handle(self, message: Message) -> None:
        """Handles a bus message, in the listening thread. Raises Rejected."""
        if message["type"] == "resync":
            self._resync()
        elif handler := HANDLERS.get(message["type"]):
            check(message, handler.shape)
            releasing(partial(handler.work, self, message))
        elif self.peers is not None:
            self.peers.handle(message)

    def _resync(self) -> None:
        """Resyncs after messages may have been lost, in the listening thread."""
        if self.peers is not None:
            self.peers.resync()
        for job in JOBS:
            if job.resyncs:
                attempt(job.name, partial(job.work, self))


JOBS = (
    Job("presence", lambda: settings.PRESENCE_SECONDS, lambda runtime: runtime.hub.tick()),
    Job("marks", lambda: settings.MARK_SECONDS, lambda runtime: runtime.marks.store()),
    Job("resync", lambda: settings.LOG_CHECK_SECONDS, lambda runtime: runtime.resync.check(runtime)),
    Job("checkpoints", lambda: settings.WAL_CHECK_SECONDS, lambda runtime: runtime.checkpoints.run()),
    Job("memberships", lambda: settings.SESSION_CHECK_SECONDS, resync.check_left, resyncs=True),
    Job("sessions", lambda: settings.SESSION_CHECK_SECONDS, revocation.check_all, resyncs=True),
    Job("names", lambda: settings.SESSION_CHECK_SECONDS, namesakes.check_all, resyncs=True),
    Job("place", lambda: settings.SESSION_CHECK_SECONDS, lambda runtime: runtime.place.load(), resyncs=True),
    Job("deletion", lambda: settings.DELETION_SECONDS, deletion.clear),
    Job("seen", lambda: settings.SEEN_SECONDS, lambda runtime: runtime.seen.store(runtime.hub)),
    Job("tokens", lambda: settings.SEEN_SECONDS, lambda runtime: runtime.tokens_used.store(runtime.hub)),
    Job("expired", lambda: settings.SESSION_CLEAR_SECONDS, lambda runtime: SessionStore.clear_expired()),
    Job("handovers", lambda: settings.HANDOVER_SECONDS, lambda runtime: handover.forget_expired()),
)

# The messages of other processes, by their type; the peers take all others.
HANDLERS: dict[str, Handler] = {
    "gone": Handler(deletion.on_gone, {"room": str}),
    "joined": Handler(rooms.on_joined, {"user": int, "room": str}),
    "left": Handler(rooms.on_left, {"user": int, "room": str}),
    "room": Handler(room_frames.on_changed, {"room": str}),
    "role": Handler(room_frames.on_role, {"user": int, "room": str}),
    "read": Handler(marks.on_read, {"user": int, "room": str, "seq": int}),
    **{kind: Handler(choices.on_choice, {"user": int, "room": str}) for kind in choices.KINDS},
    "blocked": Handler(blocks.on_blocked, {"user": int}),
    "quiet": Handler(quiet.on_quiet, {"user": int}),
    "typing": Handler(on_typing, {"user": int, "room": str}),
    "session": Handler(revocation.on_session_ended, {"digest": str}),
    "account": Handler(revocation.on_account_changed, {"user": int}),
    "picture": Handler(pictures.on_picture, {"user": int}),
    "renamed": Handler(namesakes.on_renamed, {"user": int}),
    "outgoing": Handler(on_outgoing, {"changed": bool}),
    "place": Handler(lambda runtime, message: runtime.place.load(), {}),
}

# Calls that follow a commit, in this order, for each room of the transaction.
AFTER_COMMIT: tuple[Callable[[Runtime, str, Sequence[wire.Event]], object], ...] = (
    lambda runtime, room, events: runtime.checkpoints.note(events),
    lambda runtime, room, events: runtime.bus.publish(room, events),
    lambda runtime, room, events: runtime.files.follow(events),
)

_lock = threading.Lock()  # guards _runtime
_runtime: Runtime | None = None


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
    """The runtime if there is one: without it no client is here that a change could concern."""
    return _runtime
