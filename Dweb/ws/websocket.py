"""A WebSocket for blocking views: dwebsocket's interface over the sans-I/O protocol of the websockets library.

The view's thread reads (see ahead.py). Any thread may call send() and close(): the lock guards the protocol's state and
the order of its output. Until hand_over(), a send may block for stream.SEND_SECONDS, or in the loop breaks the
connection if the kernel does not take all. After it, the outbox takes all output, and nothing blocks under the lock.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator

from dwebsocket.websocket import WebSocket as DwebsocketWebSocket
from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import OPEN

from .ahead import ReadAhead
from .messages import BadFrame, Messages
from .protocol import Protocol
from .stream import Stream
from .takeover import Outbox

MAX_REASON_BYTES = 123  # a control frame has room for 125 bytes, two of them for the code (RFC 6455 section 5.5)


class WebSocket(ReadAhead, DwebsocketWebSocket):
    """One connection.

    `handshake` is the 101 response; the first wait(), send() or hand_over() sends it. If the peer is silent for
    `ping_seconds`, it is pinged, after half of that time once more, and after another half the connection is closed.
    A closing handshake may take `close_seconds`. A peer that sends more than `control_frames` a second is cut off.
    """

    def __init__(
        self,
        sock: socket.socket,
        handshake: bytes,
        *,
        max_size: int,
        ping_seconds: float,
        close_seconds: float,
        control_frames: int,
    ) -> None:
        self._stream = Stream(sock, self)
        self.accepted = False
        self.is_kept = False  # by a view that runs outside of the server's thread, and calls end()
        self.on_accept: Callable[[], None] | None = None
        self.binary = False  # True if the last message was binary
        self._handshake = handshake
        self._ping_seconds = ping_seconds
        self._close_seconds = close_seconds
        self._protocol = Protocol(max_size)
        self._lock = threading.RLock()
        self._outbox: Outbox | None = None
        self._messages = Messages(control_frames)
        self._closed_over = False  # by close(), after hand_over()
        self._broken = False  # the stream has ended, or a write failed
        self._pings = 0  # sent, and not answered
        self._silent_since = time.monotonic()  # the time of the last bytes, or of the last ping

    @property
    def sock(self) -> socket.socket:
        """The server's socket until the handshake, a copy of it afterwards."""
        return self._stream.sock

    # dwebsocket's interface.

    def accept_connection(self) -> None:
        """Does nothing. dwebsocket's middleware calls it before the view, which may still refuse the handshake."""

    def wait(self, timeout: float | None = None) -> bytes | None:
        """Waits for the next message. None: closed, or nothing came within `timeout` seconds (see is_closed()).

        Once this end has closed after hand_over(), the next message ends the wait: a peer that goes on sending keeps no
        view alive.
        """
        self.accept()
        self._read_alone()
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._messages:
            if self._broken or self._protocol.close_rcvd is not None or self._protocol.parser_exc is not None:
                return None
            if not self._receive(deadline) and deadline is not None and time.monotonic() >= deadline:
                return self.read()  # a message that has come already needs no time
        return None if self._closed_over else self._next()

    def read(self, fallback: bytes | None = None) -> bytes | None:
        """Returns the next message if one has come, or else `fallback`; never waits."""
        return self._next() if self.has_messages() else fallback

    def has_messages(self) -> bool:
        self.accept()
        self._read_alone()
        while not self._messages and not self.is_closed():
            data = self._stream.receive()
            if data is None:
                break
            self._feed(data)
        return bool(self._messages)

    def count_messages(self) -> int:
        self.has_messages()
        return len(self._messages)

    def __iter__(self) -> Iterator[bytes]:
        while (message := self.wait()) is not None:
            yield message

    def send(self, message: str | bytes, binary: bool = False) -> None:
        """Sends a message; does nothing on a connection that has ended."""
        self.accept()
        data = message.encode() if isinstance(message, str) else bytes(message)
        with self._lock:
            if self._protocol.state is OPEN:
                self._write(Frame(Opcode.BINARY if binary else Opcode.TEXT, data).serialize(mask=False))

    def close(self, code: int | None = None, reason: str | bytes | None = None) -> None:
        """Begins the closing handshake (RFC 6455 section 7.1.2); wait() returns None once the peer has answered."""
        if isinstance(reason, str):
            reason = reason.encode()
        text = (reason or b"")[:MAX_REASON_BYTES].decode(errors="ignore")
        with self._lock:
            if not self.accepted:
                self._broken = True
                return
            try:
                self._protocol.send_close(code or CloseCode.NORMAL_CLOSURE, text)
            except InvalidState:
                return  # closing already
            self._closed_over = self._outbox is not None
            self._put_out()

    def is_closed(self) -> bool:
        return self._broken or self._protocol.state is not OPEN

    @property
    def ending(self) -> tuple[int, bool]:
        """The close code (1006 without one, RFC 6455 section 7.1.5), and True if this end was the first to close."""
        ours = self._protocol.close_sent is not None and not self._protocol.close_rcvd_then_sent
        first = self._protocol.close_sent if ours else self._protocol.close_rcvd
        return (CloseCode.ABNORMAL_CLOSURE if first is None else first.code), ours

    # Interface for the hub and the middleware.

    def accept(self) -> None:
        """Takes the connection over from the server and sends the handshake, unless that was done before."""
        with self._lock:
            if self.accepted or self._broken:
                return
            self._stream.take_over()
            self.accepted = True
            self._broken = not self._stream.send_now(self._handshake)
            self._handshake = b""
        if self.on_accept is not None:
            self.on_accept()

    def hand_over(self, outbox: Outbox) -> None:
        """Lets `outbox` alone write to the socket from now on."""
        self.accept()
        with self._lock:
            self._outbox = outbox

    def end(self, code: int = CloseCode.NORMAL_CLOSURE) -> None:
        """Closes the connection after its view has ended, waits for the peer's close frame, and frees the socket."""
        if not self.accepted:
            return
        self._read_alone()
        self.close(code)
        deadline = time.monotonic() + self._close_seconds
        if self._outbox is not None:
            self._outbox.drain(self._close_seconds)
        if not self._broken and self._protocol.close_rcvd is None:
            self._stream.linger(deadline)
        self._stream.shut_down()
        if self._outbox is not None:
            self._outbox.detach()
        self._stream.close()

    # Called in the view's thread.

    def _next(self) -> bytes:
        message, self.binary = self._messages.take()
        self._works = True
        if not self._messages:
            self._ahead = 0
        return message

    def _receive(self, deadline: float | None) -> bool:
        """Waits for bytes until the heartbeat is due or the deadline has passed; False: none came."""
        timeout = self._ping_seconds / 2 if self._pings else self._ping_seconds
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            return False
        data = self._stream.receive(timeout if left is None else min(timeout, left))
        if data is not None:
            self._feed(data)
            return True
        if left is None or timeout <= left or time.monotonic() - self._silent_since >= timeout:
            self._beat()
        return False

    def _beat(self) -> None:
        """Pings the peer after an interval without bytes; after two pings without an answer, closes the connection."""
        with self._lock:
            if self._pings == 2 or self._protocol.state is not OPEN:
                self.close(CloseCode.INTERNAL_ERROR, "pings were not answered")
                self._broken = True
                return
            self._pings += 1
            self._silent_since = time.monotonic()
            self._protocol.send_ping(b"")
            self._put_out()

    def _feed(self, data: bytes) -> None:
        with self._lock:
            if self._broken:
                return
            if data:
                self._pings = 0
                self._silent_since = time.monotonic()
            else:
                self._protocol.receive_eof()
                self._broken = True
            try:
                self._messages.feed(self._protocol, data)
            except BadFrame as error:
                if self._protocol.parser_exc is None:  # it has not failed already
                    self._protocol.fail(error.code, error.reason)
                    self._protocol.parser_exc = error
            self._put_out()

    # The lock is held.

    def _put_out(self) -> None:
        """Writes the protocol's output, except its end-of-stream mark: end() does that once all bytes are written."""
        for data in filter(None, self._protocol.data_to_send()):
            if self._outbox is not None and data[0] & 0x0F == Opcode.CLOSE:
                self._outbox.finish(data)
            else:
                self._write(data)

    def _write(self, data: bytes) -> None:
        if self._outbox is not None:
            self._outbox.send(data)
        elif not self._broken:  # after half a frame nothing may follow
            self._broken = not self._stream.send(data)
