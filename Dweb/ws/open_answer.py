"""An answer that goes on: once its head is complete, it takes the connection over from the server.

The middleware has made the head by then, as that of any other answer. From then on, a client of the hub writes, and a
greenlet of the loop waits for the end.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from websockets.frames import Close, CloseCode, Frame, Opcode

from ..refusal import Refusal
from .factory import SOCKET_KEY
from .stream import Stream
from .takeover import Outbox
from .views import spawn


class OpenConnection:
    """The connection of such an answer. Any thread may call close() and interrupt()."""

    __slots__ = ("_bytes", "_ending", "_outbox", "_over", "_tells")

    def __init__(self, sock: Any) -> None:
        self._bytes = Stream(sock, self)
        self._outbox: Outbox | None = None
        self._over = False
        self._tells = True
        self._ending: tuple[int, bool] | None = None

    @property
    def sock(self) -> socket.socket:
        return self._bytes.sock

    @property
    def ending(self) -> tuple[int, bool]:
        """The close code, and True if this end was the first to close."""
        return self._ending or (CloseCode.ABNORMAL_CLOSURE, False)

    def begin(self, head: bytes) -> None:
        """Takes the connection over from the server, and sends the head."""
        self._bytes.take_over()
        with suppress(OSError, AttributeError):  # a Unix socket, or another system than Linux
            milliseconds = 1_000 * settings.STREAM_SILENT_SECONDS
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        self._over = not self._bytes.send_now(head)

    def hand_over(self, outbox: Outbox, *, tells: bool) -> None:
        """Lets `outbox` alone write from now on. If it `tells`, close() gives it the close frame of a WebSocket."""
        self._outbox = outbox
        self._tells = tells

    def close(self, code: int, reason: str) -> None:
        """Ends the connection, once what waits is written."""
        if self._ending is None and not self._over:
            self._ending = (code, True)
            if self._outbox is not None and self._tells:
                self._outbox.finish(Frame(Opcode.CLOSE, Close(code, reason).serialize()).serialize(mask=False))
        self._over = True
        self.interrupt()

    def interrupt(self) -> None:
        """Has a wait() that goes on return."""
        self._bytes.interrupt()

    def wait(self, seconds: float) -> bool:
        """Waits for so long, or until it is interrupted. False: the connection is over.

        A client that sends anything more has its connection ended.
        """
        if not self._over and self._bytes.receive(seconds) is not None:
            self._over = True
        return not self._over

    def end(self) -> None:
        """Has the client read what it was sent, and frees the socket."""
        deadline = time.monotonic() + settings.WEBSOCKET_CLOSE_SECONDS
        if self._outbox is not None:
            self._outbox.drain(settings.WEBSOCKET_CLOSE_SECONDS)
        self._bytes.linger(deadline)
        self._bytes.shut_down()
        if self._outbox is not None:
            self._outbox.detach()
        self._bytes.close()

    def read_ahead(self) -> bool:
        return False


class OpenAnswer(StreamingHttpResponse):
    """Has `run(connection)` made in the loop, which calls end(). The body begins with `first`.

    Raises Refusal if the server hands over no socket.
    """

    def __init__(
        self, request: HttpRequest, run: Callable[[OpenConnection], None], content_type: str, first: bytes = b""
    ) -> None:
        if SOCKET_KEY not in request.META:
            detail = _("This server hands over no socket: use scripts/serve or manage.py runserver.")
            raise Refusal("unavailable", detail, status=501)
        self._connection = OpenConnection(request.META[SOCKET_KEY])
        self._run = run
        self._first = first
        super().__init__(self._hand_over(), content_type=content_type)
        self["X-Accel-Buffering"] = "no"  # nginx passes on what comes at once

    def _hand_over(self) -> Iterator[bytes]:
        """The server asks for the body: what it writes from now on has no effect."""
        self._connection.begin(self._head() + self._first)
        spawn(partial(self._run, self._connection))
        yield from ()

    def _head(self) -> bytes:
        """The body ends with the connection: so no bytes are added that clients would have to be sent one by one."""
        lines = [f"HTTP/1.1 {self.status_code} {self.reason_phrase}", f"Date: {http_date()}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.items()]
        lines += [cookie.output() for cookie in self.cookies.values()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin1")
