"""One connection in its view: from the handshake to its end, frame by frame."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from dwebsocket.websocket import WebSocket

from .. import runtime as process
from ..accounts import access, revocation
from ..accounts.access import Scope
from ..live import wire
from ..live.client import Client
from ..models import User
from ..operations.trace import log_socket_end, request_id
from ..parking.wakeup import give_way, sleep
from ..refusal import Refusal
from ..runtime import Runtime
from .errors import FULL_RETRY_SECONDS, as_refusal
from .fields import clean_cid, parse_frame
from .frames import FRAMES, PARKING, READING

FRAME_BYTES = 4 * 1024  # count as a further frame: parsing 64 KiB takes 30 ms, also of a frame that is refused


def left_to_people(user: User) -> int:
    """How many of the places of this user a connection leaves to others: those of programs leave some to the person."""
    return settings.SOCKETS_OF_PEOPLE if user.access else 0


class Connection:
    """One client and its user. Between two frames it holds its greenlet and nothing else."""

    __slots__ = ("_began", "_websocket", "client", "runtime", "user")

    def __init__(self, runtime: Runtime, request: Any) -> None:
        self.runtime = runtime
        self.user: User = request.user
        self.client = Client(
            request.websocket.sock,
            self.user.pk,
            self.user.shown_name,
            close_socket=request.websocket.close,
            writer=runtime.writer,
            limit=settings.OUTBOX_MAX_BYTES,
            session_key=request.session_key,
            auth_hash=request.auth_hash,
            is_guest=request.is_guest,
            is_bot=self.user.is_bot,
            only=self.user.only,
        )
        self._websocket: WebSocket = request.websocket
        self._began = time.monotonic()

    def enter(self) -> None:
        """Registers the client with the hub, and hands all writing to the socket over to its outbox."""
        self._websocket.hand_over(self.client)
        if self.runtime.hub.enter(self.client, left_to_people(self.user)):
            revocation.check_entered(self.runtime, self.client)

    def leave(self) -> None:
        self.runtime.hub.leave(self.client)
        code, ours = self._websocket.ending
        if ours:
            self.runtime.counters.count_eviction(code)
        log_socket_end(self.user.pk, code, time.monotonic() - self._began)

    def answer(self, message: bytes) -> None:
        """Answers one frame. A refusal becomes an `error` frame; the connection lives on."""
        while wait := self.runtime.frame_rates.take(self.user.pk, 1 + len(message) // FRAME_BYTES):
            sleep(wait)  # beyond FRAME_RATE all sockets of a user wait
        self._answer(message)
        give_way()

    def send(self, frame: Mapping[str, Any]) -> None:
        self.client.send(wire.encode(dict(frame)))

    def _answer(self, message: bytes) -> None:
        cid = None
        ask = self.runtime.query_pool.ask
        if self.client.username != self.user.shown_name:  # the account was changed
            ask(self.user.refresh_from_db)
            self.client.username = self.user.shown_name
        try:
            parse = partial(parse_frame, message, self._websocket.binary)
            frame = parse() if len(message) < FRAME_BYTES else ask(parse)
            cid = clean_cid(frame)
            answer = FRAMES.get(frame["type"])
            if answer is None:
                raise Refusal("bad_input", _("There is no frame of this type."))
            access.require(self.user, Scope.READ if answer in READING else Scope.WRITE)
            if answer in PARKING:
                answer(self, frame)
            else:
                ask(partial(answer, self, frame))
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None:
                raise
            self.runtime.refusals.record(refusal, user=self.user.pk)
            self.send(refusal.as_frame(cid))


class Connected:
    """Spans a connection. A generator that waits inside it would take more memory."""

    __slots__ = ("_connection", "_request", "_runtime")

    def __init__(self, request: Any) -> None:
        self._request = request
        self._runtime = process.get()
        self._connection: Connection | None = None

    def __enter__(self) -> Connection:
        require_capacity(self._runtime.hub.reserve())
        try:
            request_id.set(self._request.trace_id)
            self._request.websocket.accept()
            self._connection = Connection(self._runtime, self._request)
            self._connection.enter()
        except BaseException:
            self.__exit__()
            raise
        return self._connection

    def __exit__(self, *_: object) -> None:
        try:
            if self._connection is not None:
                self._connection.leave()
        finally:
            self._runtime.hub.release()


def connected(request: Any) -> Connected:
    """The connection of a request that is one, from its handshake to its end. Raises Refusal before the handshake."""
    if not request.is_websocket():
        detail = _("This address speaks WebSocket.")
        raise Refusal("upgrade_required", detail, headers={"Upgrade": "websocket"})
    return Connected(request)


def require_capacity(refusal: str | None) -> None:
    """Raises what the hub answered, in English, as a Refusal."""
    if refusal is not None:
        raise Refusal("unavailable", _(refusal), FULL_RETRY_SECONDS)
