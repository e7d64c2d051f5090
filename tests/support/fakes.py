"""Conversations without a server: a socket whose client is a script, and people who need no password."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from inspect import unwrap
from typing import Any
from unittest import mock

from django.contrib.sessions.backends.db import SessionStore
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.test import Client as Browser
from websockets.protocol import CLIENT, Protocol

from Dweb.live.client import Client
from Dweb.live.direct import is_direct
from Dweb.models import LOBBY, Membership, Role, Room, RoomKind, User
from Dweb.runtime import Runtime
from Dweb.views.chat import SocketRequest, chat

CHEAP_HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PATIENCE = 10.0

Step = dict[str, Any] | str | bytes | Callable[[], object]  # a frame, text, a binary frame, or something to do


class FakeWebSocket:
    """A WebSocket whose client is a script: each wait() takes the next step, and the script's end is the peer's."""

    def __init__(self, *script: Step) -> None:
        self.sock, self.far = socket.socketpair()
        self.far.setblocking(False)
        self.binary = False
        self.closed: list[tuple[int, str]] = []
        self.client: Client | None = None
        self._script = list(script)
        self._protocol = Protocol(CLIENT, max_size=None)

    def hand_over(self, client: Client) -> None:
        self.client = client

    def close(self, code: int, reason: str) -> None:
        self.closed.append((code, reason))

    @property
    def ending(self) -> tuple[int, bool]:
        return (self.closed[0][0], True) if self.closed else (1000, False)

    def accept(self) -> None:
        pass

    def wait(self) -> bytes | None:
        while self._script:
            step = self._script.pop(0)
            if callable(step):
                step()
                continue
            if self.closed:  # messages after this end's close do not count
                continue
            self.binary = isinstance(step, bytes)
            if isinstance(step, bytes):
                return step
            return (step if isinstance(step, str) else json.dumps(step)).encode()
        return None

    def frames(self) -> list[dict[str, Any]]:
        """The server's frames since the last call, once the writer has written all of them.

        They are read meanwhile: a few hundred that are sent one by one fill the kernel's buffer.
        """
        assert self.client is not None
        deadline = time.monotonic() + PATIENCE
        while not self.client.drain(0.01):
            assert time.monotonic() < deadline
            self._read()
        self._read()
        return [json.loads(bytes(frame.data)) for frame in self._protocol.events_received()]

    def _read(self) -> None:
        with suppress(BlockingIOError):
            while True:
                self._protocol.receive_data(self.far.recv(1 << 16))

    def messages(self) -> list[str]:
        """The texts of the messages among frames()."""
        return [frame["data"]["msg"] for frame in self.frames() if frame["type"] == 1]

    def end(self) -> None:
        if self.client is not None:
            self.client.detach()
        self.sock.close()
        self.far.close()


def make_session() -> str:
    """The key of a session that lives; whose it is, does not matter to a connection."""
    session = SessionStore()
    session.create()
    return str(session.session_key)


def talk(live: Runtime, user: User, *script: Step, session: str = "") -> list[dict[str, Any]]:
    """Hold one conversation to its end; what the server said, and at the end the `close` code if it closed."""
    websocket = FakeWebSocket(*script)
    frames: list[dict[str, Any]] = []
    websocket._script.append(lambda: frames.extend(websocket.frames()))
    try:
        unwrap(chat)(SocketRequest(websocket, user, session or make_session()))
        frames.extend({"type": "close", "code": code} for code, _ in websocket.closed)
    finally:
        websocket.end()
    return frames


def connected(live: Runtime, user: User, session: str = "session") -> FakeWebSocket:
    """A greeted connection that stays with the hub, as one parked in its view does, but without a thread."""
    websocket = FakeWebSocket()
    client = Client(
        websocket.sock,
        user.pk,
        user.username,
        close_socket=websocket.close,
        writer=live.writer,
        limit=1 << 20,
        session_key=session,
        auth_hash=user.get_session_auth_hash(),
        is_guest=user.is_guest,
        is_bot=user.is_bot,
    )
    websocket.hand_over(client)
    live.hub.enter(client)
    client.greeted = True
    for room in Room.objects.filter(Q(name=LOBBY) | Q(membership__user=user)).distinct():
        live.subscriptions.subscribe(client, [room.name])
        live.subscriptions.replay(client, room.name, room.seq, room.seq)
    return websocket


def make_user(account: str, **fields: Any) -> User:
    """An account without a usable password: sign in with sign_in()."""
    return User.objects.create(**({"account": account, "username": account.title(), "password": "!"} | fields))


def make_room(name: str, *members: User, owner: User | None = None, **fields: Any) -> Room:
    """A room with these members, and perhaps an owner; direct if its name has an @, else open if not said otherwise."""
    usual = {"kind": RoomKind.DIRECT} if is_direct(name) else {"title": name}
    room = Room.objects.create(name=name, **(usual | fields))
    Membership.objects.bulk_create([Membership(room=room, user=member) for member in members])
    if owner is not None:
        Membership.objects.create(room=room, user=owner, role=Role.OWNER)
    return room


def sign_in(user: User, **options: Any) -> Browser:
    browser = Browser(**options)
    browser.force_login(user)
    return browser


def say(browser: Browser, text: str = "hello", **fields: Any) -> Any:
    """POST a message to the lobby, or as the fields say; the answer as it is."""
    return browser.post("/msg_send/", {"type": "1", "txt": text} | fields)


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition that another thread brings about."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still waiting for: {what}"
        time.sleep(0.002)


class OpenConnection:
    """Tells whether a thread's database connection is in use: a query opens it, close() ends it.

    Works where Django leaves the connection open all the same, as it does for SQLite's databases in memory.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.used = False
        self._close = connection.close
        self._connection = connection
        self._patch = mock.patch.object(connection, "close", self._closed)

    def __enter__(self) -> "OpenConnection":
        self._patch.start()
        self._connection.execute_wrappers.append(self._queried)
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.execute_wrappers.remove(self._queried)
        self._patch.stop()

    def _queried(self, execute: Callable[..., Any], *call: Any) -> Any:
        self.used = True
        return execute(*call)

    def _closed(self) -> None:
        self.used = False
        self._close()
