"""Sends and receives without giving up the interpreter's lock: to get it back takes longer than the call, if others
want it. Nothing here waits.
"""

import ctypes
import os
import socket
from errno import EAGAIN, EINTR, EWOULDBLOCK

_libc = ctypes.PyDLL(None, use_errno=True)
_libc.send.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
_libc.send.restype = ctypes.c_ssize_t
_libc.recv.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_libc.recv.restype = ctypes.c_ssize_t

PASSING = (EAGAIN, EINTR, EWOULDBLOCK)
AT_ONCE = int(socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)  # made once: the enum's `|` takes as long as a call of send()


def send_now(sock: socket.socket, data: "bytes | memoryview") -> int:
    """Sends what the kernel takes. Returns how many bytes; 0: none for now. Raises OSError."""
    if isinstance(data, bytes):
        count: int = _libc.send(sock.fileno(), data, len(data), AT_ONCE)
        return count if count >= 0 else max(0, _checked(count))
    try:
        return sock.send(data, socket.MSG_DONTWAIT)
    except (BlockingIOError, InterruptedError):
        return 0


class Receiver:
    """Receives at most `most` bytes at once. One thread uses it, which copies the bytes from one buffer."""

    def __init__(self, most: int) -> None:
        self._buffer = ctypes.create_string_buffer(most)

    def receive_now(self, sock: socket.socket) -> bytes | None:
        """Returns what has come, b"" at the end of the stream, or None for nothing. Raises OSError."""
        count = _checked(_libc.recv(sock.fileno(), self._buffer, len(self._buffer), socket.MSG_DONTWAIT))
        return None if count < 0 else ctypes.string_at(self._buffer, count)


def _checked(count: int) -> int:
    """Returns -1 for what may be tried again. Raises OSError for other errors."""
    if count < 0 and (error := ctypes.get_errno()) not in PASSING:
        raise OSError(error, os.strerror(error))
    return count
