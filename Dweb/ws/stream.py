"""The stream: one connection's bytes, taken over from the server, read with a time-out, ended. Knows no frames.

The socket is the server's until take_over(), and the stream's afterwards. One thread at a time reads.
"""

import math
import os
import select
import socket
import struct
import time
from contextlib import suppress
from functools import cache

SEND_SECONDS = 20.0
FEW_BYTES = 448  # most frames; Python has a buffer of this size at hand
MANY_BYTES = 64 * 1_024
DISCARD_BYTES = 16 * 1024 * 1024  # read from a peer that goes on sending, so that it sees the close code


class Stream:
    """Waits with poll(): a recv() that times out raises, and raising would grow the parked thread's stack by 8 KB.

    A large buffer is taken only for bytes that do not fit into a small one: each thread keeps a few of the C library's
    small pieces, and the place of a large buffer between them would be lost.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._readable = select.poll()

    def take_over(self) -> None:
        """Leaves the server a dead socket: bytes that it still writes go nowhere, and closing it ends nothing."""
        servers, self.sock = self.sock, self.sock.dup()
        os.dup2(_dead_socket(), servers.fileno(), inheritable=False)
        self._readable.register(self.sock, select.POLLIN)
        with suppress(OSError):  # it may have ended: receive() finds that
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(SEND_SECONDS))
            if self.sock.family != socket.AF_UNIX:
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self, patience: float = 0) -> bytes | None:
        """Bytes, b"" at the end of the stream, or None when nothing comes within `patience` seconds."""
        if not self._readable.poll(math.ceil(1_000 * patience)):
            return None
        try:
            data = self.sock.recv(FEW_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""
        if len(data) < FEW_BYTES:
            return data
        with suppress(OSError):  # nothing more is there, or the next call finds what is wrong
            data += self.sock.recv(MANY_BYTES, socket.MSG_DONTWAIT)
        return data

    def linger(self, deadline: float) -> None:
        """Half-closes and reads on until the peer ends, so that no reset destroys the close frame on its way."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return
        left = DISCARD_BYTES
        while left > 0 and (patience := deadline - time.monotonic()) > 0:
            data = self.receive(patience)
            if not data:
                return
            left -= len(data)

    def close(self) -> None:
        """Frees the descriptor. Only after take_over()."""
        self.sock.close()

    def shut_down(self) -> None:
        with suppress(OSError):  # the peer was faster
            self.sock.shutdown(socket.SHUT_RDWR)


@cache
def _dead_socket() -> int:
    """The descriptor of a socket whose other end is closed."""
    dead, other = socket.socketpair()
    other.close()
    return dead.detach()


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    return struct.pack("@ll", whole, int((seconds - whole) * 1_000_000))
