"""The bytes of an answer on their way to the client, without waiting for it."""

import errno
import fcntl
import os
import socket
import struct
import termios
from collections.abc import Mapping
from typing import IO

PIECE_BYTES = 256 * 1024  # of a file, in memory at once; nearly every script and style is smaller
NOTHING: Mapping[str, object] = {}


class Answer:
    """Stands for the client's socket where gunicorn writes the answer. Sends without blocking and keeps the rest.

    One thread at a time uses it: the one that runs the view, then the loop, which calls flush() until nothing is left.
    The head is kept until the first bytes of the body, so that a small answer is one segment.
    """

    __slots__ = (
        "_file", "_max", "_offset", "_rest", "_suppressed", "_waiting", "ahead", "begun", "environ", "sent", "size",
        "sock", "taken",
    )  # fmt: skip

    def __init__(self, sock: socket.socket, max_bytes: int) -> None:
        self.sock = sock
        self.sent = 0
        self.size = 0  # bytes in memory: of what is sent in part, all; of a file, a piece
        self.ahead = b""  # bytes that came after the request; a WebSocket takes them over with the socket
        self.taken = False  # by a WebSocket, which left a dead socket here
        self.environ = NOTHING  # what the view finds in its environ, beside gunicorn's
        self.begun = False  # something was written
        self._suppressed = False
        self._max = max_bytes
        self._waiting: bytes | memoryview = b""
        self._file = -1
        self._offset = self._rest = 0

    # What gunicorn and the WebSocket do with a socket.

    def sendall(self, data: bytes) -> None:
        """Sends what can be sent now. Raises BrokenPipeError if too much waits already: see ANSWER_MAX_BYTES."""
        if self._suppressed:
            return
        if len(self._waiting) > self._max:
            raise BrokenPipeError(errno.EPIPE, "the client does not read its answer")
        self._waiting = b"".join((self._waiting, data)) if self._waiting else data
        self.size = len(self._waiting)
        if self.begun:
            self.flush()
        self.begun = True

    def send(self, data: bytes) -> int:
        """Takes gunicorn's "100 Continue" and drops it: the loop has sent it, or the body had come."""
        return len(data)

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int = 0) -> None:
        if self._suppressed:
            return
        if count <= PIECE_BYTES:
            self.sendall(_read(file.fileno(), count, offset))
            return
        self._file, self._offset, self._rest = os.dup(file.fileno()), offset, count
        self.size = PIECE_BYTES
        self.flush()

    def fileno(self) -> int:
        return self.sock.fileno()

    def dup(self) -> socket.socket:
        """Hands the connection over to a WebSocket."""
        self.taken = True
        return self.sock.dup()

    def gettimeout(self) -> float:
        return 0.0

    def setblocking(self, flag: bool) -> None:
        """Does nothing: the socket never blocks."""

    def shutdown(self, how: int) -> None:
        """Refuses. gunicorn ends an answer so that failed half-way; the loop closes the connection."""
        raise OSError(errno.ENOTCONN, "the loop closes the connection")

    def close(self) -> None:
        """Does nothing: the loop closes the connection."""

    def suppress(self) -> None:
        """Sends nothing of what is written from here on, until reset()."""
        self._suppressed = True

    # What the loop does.

    def flush(self) -> bool:
        """Sends what the kernel takes in one call. Returns True if nothing is left. Raises OSError."""
        if not self._waiting and self._rest:
            self._waiting = _read(self._file, min(PIECE_BYTES, self._rest), self._offset)
            self._offset += len(self._waiting)
            self._rest -= len(self._waiting)
        if self._waiting:
            try:
                sent = self.sock.send(self._waiting)
            except BlockingIOError:
                return False
            self.sent += sent
            self._waiting = b"" if sent == len(self._waiting) else memoryview(self._waiting)[sent:]
        return not self._waiting and not self._rest

    def acknowledged(self) -> int:
        """The bytes that have reached the client: a kernel may take megabytes at once, and send them for minutes."""
        try:
            (queued,) = struct.unpack("i", fcntl.ioctl(self.sock, termios.TIOCOUTQ, bytes(4)))
        except OSError:
            queued = 0
        return self.sent - queued

    def reset(self) -> None:
        """Forgets an answer that is sent, or that will not be."""
        self._waiting = self.ahead = b""
        self.environ = NOTHING
        self.size = 0
        self.begun = self._suppressed = False
        if self._file >= 0:
            os.close(self._file)
            self._file, self._rest = -1, 0


def _read(file: int, count: int, offset: int) -> bytes:
    data = os.pread(file, count, offset)
    if len(data) < count:
        raise BrokenPipeError(errno.EPIPE, "the file has become shorter")
    return data
