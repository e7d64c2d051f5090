"""One stream of events, or one long poll, from its head to its end. It waits in the loop, without a request."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from websockets.frames import CloseCode as Usual

from .. import runtime as process
from ..accounts import revocation
from ..chat.greeting import Greeting, Hello
from ..live.client import Client
from ..live.outbox import Outbox
from ..live.poll import PollOutbox
from ..live.stream import PING, StreamOutbox
from ..live.wire import CloseCode
from ..models import User
from ..operations.trace import log_socket_end, request_id
from ..ws.open_answer import OpenConnection
from .connection import left_to_people
from .errors import as_refusal

logger = logging.getLogger("django.request")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client listens to: `rooms` (None: all of its user's), and from where on, as a hello says it.

    `wait` is for how many seconds at most a poll waits; None: it is a stream.
    """

    rooms: tuple[str, ...] | None
    hello: Hello
    wait: int | None = None


class Listener:
    """A client without a WebSocket, and its user. What follows knows what the client gets."""

    __slots__ = ("_auth_hash", "_is_guest", "_session_key", "_trace_id", "_user", "_wanted", "runtime")

    def __init__(self, request: HttpRequest, session_key: str, wanted: Wanted) -> None:
        user: User = request.user
        self.runtime = process.get()
        self._user = user.essentials()
        self._auth_hash = user.get_session_auth_hash()
        self._is_guest = user.is_guest
        self._session_key = session_key
        self._trace_id = request_id.get()
        self._wanted = wanted

    def run(self, connection: OpenConnection) -> None:
        """Runs in the loop, from the head of the answer on."""
        request_id.set(self._trace_id)
        began = time.monotonic()
        refusal = self.runtime.hub.reserve()
        try:
            client = self._client(connection)
            try:
                if refusal is not None:
                    client.close(CloseCode.TRY_AGAIN_LATER, refusal)
                elif self.runtime.hub.enter(client, left_to_people(self._user)):
                    self._follow(client, connection)
            finally:
                self._conclude(client)
        finally:
            connection.end()
            if refusal is None:
                self.runtime.hub.release()
            self._record_end(connection, time.monotonic() - began)

    def _record_end(self, connection: OpenConnection, seconds: float) -> None:
        code, ours = connection.ending
        if ours:
            self.runtime.counters.count_eviction(code)
        if ours or self._wanted.wait is None:
            log_socket_end(self._user.pk, code, seconds)

    def _client(self, connection: OpenConnection) -> Client:
        reached = self._user.access.rooms if self._user.access else None
        client = Client(
            connection.sock,
            self._user.pk,
            self._user.shown_name,
            close_socket=connection.close,
            writer=self.runtime.writer,
            limit=0,
            session_key=self._session_key,
            auth_hash=self._auth_hash,
            is_guest=self._is_guest,
            is_bot=self._user.is_bot,
            only=reached if self._wanted.rooms is None else frozenset(self._wanted.rooms),
            outbox=self._outbox(connection),
        )
        connection.hand_over(client, tells=self._wanted.wait is None)
        return client

    def _follow(self, client: Client, connection: OpenConnection) -> None:
        """Spans the time in which the hub knows the client."""
        try:
            revocation.check_entered(self.runtime, client)
            Greeting(self.runtime, client, self._user).greet(self._wanted.hello)
            self._wait(client, connection)
        except Exception as error:
            if as_refusal(error) is None:
                logger.exception("Internal Server Error: a stream of events")
            client.close(Usual.INTERNAL_ERROR, "the server made a mistake; come back and resume")
        finally:
            self.runtime.hub.leave(client)

    def _outbox(self, connection: OpenConnection) -> Outbox:
        raise NotImplementedError

    def _wait(self, client: Client, connection: OpenConnection) -> None:
        raise NotImplementedError

    def _conclude(self, client: Client) -> None:
        """Sends what is to be the last."""


class Stream(Listener):
    """Sends what comes, until either end closes."""

    __slots__ = ()

    def _outbox(self, connection: OpenConnection) -> Outbox:
        for_program = self._wanted.rooms is not None
        return StreamOutbox(settings.OUTBOX_MAX_BYTES, self.runtime.epoch, for_program=for_program)

    def _wait(self, client: Client, connection: OpenConnection) -> None:
        while connection.wait(settings.STREAM_COMMENT_SECONDS):
            client.send(PING)


class Poll(Listener):
    """Answers with the first events that come, or with none when its time is over. Its hello names all of its rooms."""

    __slots__ = ("_gathering",)

    def _outbox(self, connection: OpenConnection) -> Outbox:
        self._gathering = PollOutbox(settings.POLL_BYTES, settings.POLL_EVENTS, connection.interrupt)
        self._gathering.begin(
            self._wanted.hello.seen or {}
        )  # what is not begun before a fault is begun by the next poll
        return self._gathering

    def _wait(self, client: Client, connection: OpenConnection) -> None:
        deadline = time.monotonic() + (self._wanted.wait or 0)
        while not self._gathering.has_something and (left := deadline - time.monotonic()) > 0:
            if not connection.wait(left):
                return

    def _conclude(self, client: Client) -> None:
        client.finish(self._gathering.gathered().as_json(self.runtime.epoch))
