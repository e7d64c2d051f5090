"""The byte stream of one connection: takes the socket over from the server, reads it with a time-out, closes it.

The socket belongs to the server until take_over(), and to the stream afterwards. One thread at a time reads: the
loop's, if the view is parked there, or else the view's own.
"""

import math
import os
import select
import socket
import struct
import time
from contextlib import suppress
from functools import cache
from typing import Protocol

from ..parking.loop import Loop, current
from ..parking.wakeup import Wakeup

SEND_SECONDS = 20.0
FEW_BYTES = 448  # holds most frames; Python's own allocator has buffers of this size
MANY_BYTES = 64 * 1_024
DISCARD_BYTES = 16 * 1024 * 1024  # read from a peer that goes on sending, so that it sees the close code


class Reader(Protocol):
    """Reads what comes while nobody waits for it."""

    def read_ahead(self) -> bool:
        """False: no more for now."""


class Stream:
    """Reads a socket.

    In the loop it stays registered from the first wait on. Bytes that come while the view does something else are the
    reader's, unless it wants no more: then nobody listens until the view waits again.

    The loop has one buffer for all sockets. In a thread, a large buffer is allocated only for bytes that do not fit
    into a small one: the C library keeps a few small blocks for each thread, and the memory of a large buffer between
    them would not be used again.
    """

    __slots__ = ("_ahead", "_interrupted", "_loop", "_readable", "_reader", "_waits", "sock")

    def __init__(self, sock: socket.socket, reader: Reader) -> None:
        self.sock = sock
        self._reader = reader
        self._ahead = b""  # what the server has read beyond the handshake
        self._readable: Wakeup | None = None
        self._waits = False  # the view, for bytes
        self._interrupted = False
        self._loop: Loop | None = None  # where the socket is registered

    def take_over(self) -> None:
        """Takes the socket from the server, and leaves it a dead one: what it writes there or closes has no effect."""
        server_sock, self.sock = self.sock, self.sock.dup()
        os.dup2(_dead_socket(), server_sock.fileno(), inheritable=False)
        self.sock.setblocking(True)  # with the time-out below
        with suppress(OSError):  # the connection may have ended: receive() returns b"" then
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(SEND_SECONDS))
            if self.sock.family != socket.AF_UNIX:
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ahead = getattr(server_sock, "ahead", b"")  # only the server of this project reads ahead

    def send_now(self, data: bytes) -> bool:
        """Sends without waiting. False: the peer reads nothing, or the connection has ended."""
        try:
            return self.sock.send(data, socket.MSG_DONTWAIT) == len(data)
        except OSError:
            return False

    def send(self, data: bytes) -> bool:
        """Sends; a thread blocks for at most SEND_SECONDS. False: the stream is broken, perhaps in a frame."""
        if current() is not None:
            return self.send_now(data)
        try:
            self.sock.sendall(data)
        except OSError:
            return False
        return True

    def receive(self, timeout: float = 0) -> bytes | None:
        """Returns bytes, b"" at the end of the stream, or None if nothing comes within `timeout` seconds."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        if timeout and not self._wait(timeout):
            return None
        try:
            if (loop := current()) is not None:
                return loop.receiver.receive_now(self.sock)
            data = self.sock.recv(FEW_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""
        if len(data) < FEW_BYTES:
            return data
        with suppress(OSError):  # nothing more has come; or the next call meets the error again
            data += self.sock.recv(MANY_BYTES, socket.MSG_DONTWAIT)
        return data

    def interrupt(self) -> None:
        """Ends the receive() that waits in the loop, or else the next one. For any thread."""
        self._interrupted = True
        if self._readable is not None:
            self._readable.set()

    def linger(self, deadline: float) -> None:
        """Half-closes the connection and reads until the peer ends, so that no reset destroys the close frame."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return
        left = DISCARD_BYTES
        self._interrupted = False
        while left > 0 and (timeout := deadline - time.monotonic()) > 0:
            data = self.receive(timeout)
            if not data:
                return
            left -= len(data)

    def close(self) -> None:
        """Frees the descriptor. To be called after take_over() only, by the view."""
        self._unwatch()
        self.sock.close()

    def shut_down(self) -> None:
        with suppress(OSError):  # the peer has closed already
            self.sock.shutdown(socket.SHUT_RDWR)

    def _wait(self, timeout: float) -> bool:
        """Waits until there are bytes, or the end of the stream. False: not within `timeout` seconds."""
        loop = current()
        if loop is None:
            waiting = select.poll()  # raising a time-out would grow the thread's stack by 8 KB
            waiting.register(self.sock, select.POLLIN)
            return bool(waiting.poll(math.ceil(1_000 * timeout)))
        if self._readable is None:
            self._readable = Wakeup()
        if self._loop is None:
            self._loop = loop
            loop.watch(self.sock, self)
        self._readable.clear()
        self._waits = True
        try:
            return self._interrupted or self._readable.wait(timeout)
        finally:
            self._waits = self._interrupted = False

    def on_readable(self) -> None:
        if self._waits:
            assert self._readable is not None
            self._readable.set()
        elif not self._reader.read_ahead():
            self._unwatch()

    def _unwatch(self) -> None:
        if self._loop is not None:
            self._loop.unwatch(self.sock)
            self._loop = None


@cache
def _dead_socket() -> int:
    """Makes a socket whose other end is closed, and returns its descriptor."""
    dead, other = socket.socketpair()
    other.close()
    return dead.detach()


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    return struct.pack("@ll", whole, int((seconds - whole) * 1_000_000))
