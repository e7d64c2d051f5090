"""The socket: one connection in its view, and the frames that it may send. The rules are in chat/."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _
from dwebsocket.websocket import WebSocket

from ..accounts import revocation
from ..chat import marks, messages, rooms, typing
from ..chat.greeting import Greeting
from ..databases.release import discard_connections
from ..live import wire
from ..live.client import Client
from ..live.wire import CloseCode
from ..models import User
from ..operations.counters import count_eviction
from ..operations.trace import log_socket_end
from ..refusal import Refusal
from ..runtime import Runtime, get
from .errors import as_refusal
from .fields import clean_cid, clean_entry, clean_number, clean_room, clean_seen, parse_frame

FULL_RETRY_SECONDS = 10


class Connection:
    """One client and its user. Between two frames it holds its thread and nothing else."""

    def __init__(self, runtime: Runtime, websocket: WebSocket, user: User, session_key: str) -> None:
        self.runtime = runtime
        self.user = user
        self.client = Client(
            websocket.sock,
            user.pk,
            user.username,
            close_socket=websocket.close,
            writer=runtime.writer,
            limit=settings.OUTBOX_MAX_BYTES,
            session_key=session_key,
            auth_hash=user.get_session_auth_hash(),
        )
        self._websocket = websocket
        self._began = time.monotonic()

    def enter(self) -> None:
        """From now on the hub knows the client, and the client alone writes to the socket."""
        self._websocket.hand_over(self.client)
        if self.runtime.hub.enter(self.client):
            revocation.check_entered(self.runtime, self.client)
        discard_connections()

    def leave(self) -> None:
        self.runtime.hub.leave(self.client)
        code, ours = self._websocket.ending
        if ours:
            count_eviction(code)
        log_socket_end(self.user.pk, code, time.monotonic() - self._began)

    def answer(self, message: bytes) -> None:
        """Answers one frame. A refusal becomes an `error` frame; the connection lives on."""
        if self.client.closing:  # what comes after our close frame does not count
            return
        while wait := self.runtime.frame_rates.take(self.user.pk):  # beyond FRAME_RATE all of the user's sockets wait
            time.sleep(wait)
        with self.runtime.activity.at_work():
            self._answer(message)
        discard_connections()

    def send(self, frame: Mapping[str, Any]) -> None:
        self.client.send(wire.encode(dict(frame)))

    def refuse(self, refusal: Refusal, cid: str | None) -> None:
        self.send(refusal.as_frame(cid))

    def _answer(self, message: bytes) -> None:
        cid = None
        try:
            frame = parse_frame(message, self._websocket.binary)
            cid = clean_cid(frame)
            answer = FRAMES.get(frame["type"])
            if answer is None:
                raise Refusal("bad_input", _("There is no frame of this type."))
            answer(self, frame)
        except (Refusal, Error) as error:
            refusal = as_refusal(error)
            assert refusal is not None
            self.refuse(refusal, cid)


@contextmanager
def connected(request: Any) -> Iterator[Connection]:
    """The connection of a request that is one, from its handshake to its end. Raises Refusal before the handshake."""
    if not request.is_websocket():
        detail = _("This address speaks WebSocket.")
        raise Refusal("upgrade_required", detail, headers={"Upgrade": "websocket"})
    runtime = get()
    require_place(runtime.hub.reserve())
    try:
        request.websocket.accept()
        connection = Connection(runtime, request.websocket, request.user, request.session_key)
        try:
            connection.enter()
            yield connection
        finally:
            connection.leave()
    finally:
        runtime.hub.release()


def require_place(refusal: str | None) -> None:
    """Raises what the hub answered, in English, as a Refusal."""
    if refusal is not None:
        raise Refusal("unavailable", _(refusal), FULL_RETRY_SECONDS)


# The frames.

Frame = Mapping[str, Any]


def hello(connection: Connection, frame: Frame) -> None:
    """Greets the client; with `last`, resumes those rooms after these numbers."""
    seen = clean_seen(frame)
    epoch = connection.runtime.epoch
    try:
        foreign = Greeting(connection.runtime, connection.client, connection.user).greet(
            seen, frame.get("epoch", epoch)
        )
    except Error:
        # A client that comes back and resumes is better off than one that is half greeted.
        connection.client.close(CloseCode.TRY_AGAIN_LATER, "the database does not answer")
        raise
    if seen is None:
        return
    if foreign:
        names = ", ".join(sorted(foreign)[:10])
        detail = _("You are not in these rooms, which cannot be resumed: %(rooms)s.") % {"rooms": names}
        connection.refuse(Refusal("forbidden", detail), clean_cid(frame))
    connection.send({"type": "ready", "epoch": epoch})


def submit(connection: Connection, frame: Frame) -> None:
    """Stores a message, an edit or a deletion, and acknowledges it."""
    event = messages.submit(connection.runtime, connection.user, clean_entry(frame, connection.user.pk))
    connection.send({"type": "ack", "cid": event.cid, "room": event.room, "seq": event.seq, "id": event.id})


def read(connection: Connection, frame: Frame) -> None:
    marks.read(connection.runtime, connection.user, clean_room(frame.get("room")), clean_number(frame, "seq"))


def type_(connection: Connection, frame: Frame) -> None:
    typing.typing(connection.runtime, connection.user, clean_room(frame.get("room")))


def ping(connection: Connection, frame: Frame) -> None:
    connection.send({"type": "pong"})


def join(connection: Connection, frame: Frame) -> None:
    rooms.join(connection.runtime, connection.user, clean_room(frame.get("room")))


def leave(connection: Connection, frame: Frame) -> None:
    rooms.leave(connection.runtime, connection.user, clean_room(frame.get("room")))


# The `type` of each frame that a client may send, and the function that answers it.
FRAMES: dict[str, Callable[[Connection, Frame], None]] = {
    "hello": hello,
    "1": submit,
    "0": submit,
    "edit": submit,
    "delete": submit,
    "read": read,
    "typing": type_,
    "ping": ping,
    "join": join,
    "leave": leave,
}
