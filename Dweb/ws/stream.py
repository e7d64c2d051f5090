"""The bytes of one connection: taken over from the server, read with a time-out, ended. Knows no frames.

The socket is the server's until take_over(), and then our own. One thread at a time reads.
"""

import os
import socket
import struct
import time
from contextlib import suppress
from functools import cache

SEND_SECONDS = 20.0
PARKED_BYTES = 1_024  # the buffer that a waiting connection holds; more than a chat's frame needs
RECEIVE_BYTES = 64 * 1_024
DISCARD_BYTES = 16 * 1024 * 1024  # how much of what a failed peer goes on sending is read, to let it see why


class Stream:
    """`sock` blocks for as long as its SO_RCVTIMEO says: that needs no select() and no poll()."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._timeout: float | None = None  # SO_RCVTIMEO

    def take_over(self) -> None:
        """Leave the server with a dead socket: what it still writes goes nowhere, and closing it ends nothing."""
        servers, self.sock = self.sock, self.sock.dup()
        os.dup2(_dead_socket(), servers.fileno(), inheritable=False)
        with suppress(OSError):  # it may have ended: receive() finds that
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(SEND_SECONDS))
            if self.sock.family != socket.AF_UNIX:
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self, flags: int = 0) -> bytes | None:
        """Bytes, b"" at the end of the stream, or None when there is nothing yet."""
        try:
            data = self.sock.recv(PARKED_BYTES, flags)
            if len(data) == PARKED_BYTES:
                with suppress(BlockingIOError):
                    data += self.sock.recv(RECEIVE_BYTES, socket.MSG_DONTWAIT)
            return data
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return b""

    def set_timeout(self, seconds: float) -> None:
        """How long receive() may wait."""
        if seconds != self._timeout:
            self._timeout = seconds
            with suppress(OSError):  # it has ended: receive() finds that
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(max(seconds, 0.001)))

    def linger(self, deadline: float) -> None:
        """Half-close and read on until the peer ends, so that no reset destroys the close frame on its way."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return
        left = DISCARD_BYTES
        while left > 0 and (patience := deadline - time.monotonic()) > 0:
            self.set_timeout(patience)
            data = self.receive()
            if not data:
                return
            left -= len(data)

    def close(self) -> None:
        """The descriptor is free again; only for what was taken over."""
        self.sock.close()

    def shut_down(self) -> None:
        with suppress(OSError):  # the peer was faster
            self.sock.shutdown(socket.SHUT_RDWR)


@cache
def _dead_socket() -> int:
    """The descriptor of one whose other end is closed."""
    dead, other = socket.socketpair()
    other.close()
    return dead.detach()


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    return struct.pack("@ll", whole, int((seconds - whole) * 1_000_000))
