"""The bytes of one request until it is whole. Knows no socket, no clock and no gunicorn, which parses the request."""

import re

from .spool import PIECE_BYTES, Spool

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n")
BARE_LF = re.compile(rb"(?<!\r)\n")  # the parser refuses a head with one, and would otherwise wait for its end
RECV_BYTES = 16 * 1024


class Request:
    """Gathers one request, and what came after it.

    `size` is the length of what is in memory of the request, and 0 until its head is whole. `held` is False if the
    body is not read: it is larger than `body_max`, or chunked. The request is complete without it then. Unless it is
    put back with a spool for its body, which has `unread` bytes, the connection must end with its answer.
    """

    __slots__ = (
        "_body_max", "_head_max", "_scanned", "buffer", "expects", "held", "size", "spool", "unread", "upgrades",
    )  # fmt: skip

    def __init__(self, head_max: int, body_max: int) -> None:
        self._head_max = head_max
        self._body_max = body_max
        self.buffer = b""
        self._begin()

    def _begin(self) -> None:
        self._scanned = self.size = self.unread = 0
        self.held = True
        self.spool: Spool | None = None
        self.expects = False  # the client waits for "100 Continue" before it sends the body
        self.upgrades = False

    @property
    def wanted(self) -> int:
        """How many bytes to read at once."""
        if self.spool is not None:
            return min(PIECE_BYTES, self.spool.missing)
        return max(RECV_BYTES, self.size - len(self.buffer))

    @property
    def come(self) -> int:
        """The bytes that have come."""
        return len(self.buffer) + (self.spool.come if self.spool is not None else 0)

    def add(self, data: bytes) -> bool:
        """Adds bytes. Returns True if the request is complete, or is wrong so that it never will be."""
        self.buffer += data
        if self.size == 0:
            end = self.buffer.find(HEAD_END, max(0, self._scanned - len(HEAD_END) + 1))
            if end < 0:
                return self._is_wrong()
            self._read_head(end + len(HEAD_END))
        if self.spool is not None:
            self.buffer = self.buffer[: self.size] + self.spool.add(self.buffer[self.size :])
            return self.spool.ready
        return len(self.buffer) >= self.size

    def take(self) -> bytes:
        """Removes and returns the request; what came after it begins the next one."""
        taken, self.buffer = self.buffer[: self.size], self.buffer[self.size :]
        self._begin()
        return taken

    def put_back(self, head: bytes, spool: Spool) -> None:
        """Takes a request back of which the head was taken. It is complete when its body is in the spool."""
        self.buffer = head + self.buffer
        self._read_head(len(head))
        self.held, self.unread = True, 0
        self.spool = spool

    def drop(self) -> None:
        """Forgets all bytes: the connection is closed."""
        self.buffer = b""
        if self.spool is not None:
            self.spool.close()

    def _is_wrong(self) -> bool:
        wrong = len(self.buffer) > self._head_max or BARE_LF.search(self.buffer, self._scanned) is not None
        self._scanned = len(self.buffer)
        if wrong:
            self.size = len(self.buffer)
            self.held = False
        return wrong

    def _read_head(self, end: int) -> None:
        """Looks for the length of the body. Where the head is ambiguous, the parser refuses the request."""
        head = self.buffer[:end].lower()
        self.size = end
        self.upgrades = b"\r\nupgrade:" in head
        if b"\r\ntransfer-encoding:" in head:
            self.held = False
        elif lengths := head.count(b"\r\ncontent-length:"):
            match = LENGTH.search(head) if lengths == 1 else None
            length = int(match[1]) if match else 0
            self.held = match is not None and length <= self._body_max
            if self.held:
                self.size += length
            else:
                self.unread = length
            self.expects = b"\r\nexpect:" in head and b" http/1.0\r\n" not in head
