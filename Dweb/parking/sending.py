"""Sends without giving up the interpreter's lock: to get it back takes longer than the send, if others want it."""

import ctypes
import os
import socket
from errno import EAGAIN, EINTR, EWOULDBLOCK

_send = ctypes.PyDLL(None, use_errno=True).send
_send.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
_send.restype = ctypes.c_ssize_t


def send_now(sock: socket.socket, data: "bytes | memoryview") -> int:
    if isinstance(data, bytes):
        sent = _send(sock.fileno(), data, len(data), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        if sent >= 0:
            return sent
        error = ctypes.get_errno()
        if error in (EAGAIN, EINTR, EWOULDBLOCK):
            return 0
        raise OSError(error, os.strerror(error))
    try:
        return sock.send(data, socket.MSG_DONTWAIT)
    except (BlockingIOError, InterruptedError):
        return 0
