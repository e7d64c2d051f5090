"""The bytes of one request until it is whole. Knows no socket, no clock and no gunicorn, which parses the request."""

import re

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n")
BARE_LF = re.compile(rb"(?<!\r)\n")  # the parser refuses a head with one, and would otherwise wait for its end
RECV_BYTES = 16 * 1024


class Request:
    """Gathers one request, and what came after it.

    `size` is the length of the request, and 0 until its head is whole. `held` is False if the body is not read here:
    it is larger than `body_max`, or chunked. The request is complete without it then, and the connection must end
    with its answer.
    """

    __slots__ = ("_body_max", "_head_max", "_scanned", "buffer", "expects", "held", "size", "upgrades")

    def __init__(self, head_max: int, body_max: int) -> None:
        self._head_max = head_max
        self._body_max = body_max
        self.buffer = b""
        self._begin()

    def _begin(self) -> None:
        self._scanned = self.size = 0
        self.held = True
        self.expects = False  # the client waits for "100 Continue" before it sends the body
        self.upgrades = False

    @property
    def wanted(self) -> int:
        """How many bytes to read at once."""
        return max(RECV_BYTES, self.size - len(self.buffer))

    def add(self, data: bytes) -> bool:
        """Adds bytes. Returns True if the request is complete, or is wrong so that it never will be."""
        self.buffer += data
        if self.size == 0:
            end = self.buffer.find(HEAD_END, max(0, self._scanned - len(HEAD_END) + 1))
            if end < 0:
                return self._is_wrong()
            self._read_head(end + len(HEAD_END))
        return len(self.buffer) >= self.size

    def take(self) -> bytes:
        """Removes and returns the request; what came after it begins the next one."""
        taken, self.buffer = self.buffer[: self.size], self.buffer[self.size :]
        self._begin()
        return taken

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
            self.expects = b"\r\nexpect:" in head and b" http/1.0\r\n" not in head
