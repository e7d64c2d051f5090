"""Joins frames to messages. Has no I/O and no lock: one thread at a time calls it."""

import time

from websockets.frames import CloseCode, Frame, Opcode

from .protocol import Protocol

FEED_BYTES = 1024  # of many small frames no more are answered before they are counted
SMALL_BYTES = 64  # a fragment with less in it costs more to take apart than it brings
MAX_WAITING = 4_000  # messages: what is read ahead holds fewer that say anything, and each takes some hundred bytes
CONTROL = (Opcode.CLOSE, Opcode.PING, Opcode.PONG)


class BadFrame(Exception):
    """The connection has to fail with this close code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Messages:
    """Queues complete messages, and keeps the fragments of the next one.

    Takes at most `control_frames` a second that are no part of a message, or next to nothing of one.
    """

    __slots__ = ("_counted", "_fragments", "_most", "_opcode", "_since", "_whole")

    def __init__(self, control_frames: int) -> None:
        self._whole: list[tuple[bytes, bool]] | None = None  # if there are any: nearly always there are none
        self._fragments: list[bytes] | None = None
        self._opcode = Opcode.TEXT
        self._most = control_frames
        self._counted = 0  # control frames and small fragments, since
        self._since = 0.0

    def __len__(self) -> int:
        return len(self._whole or ())

    def take(self) -> tuple[bytes, bool]:
        """Removes and returns the oldest message, and True if it is binary."""
        assert self._whole is not None
        first = self._whole.pop(0)
        self._whole = self._whole or None
        return first

    def feed(self, protocol: Protocol, data: bytes) -> None:
        """Takes the frames in bytes that have come. Raises BadFrame."""
        for start in range(0, len(data), FEED_BYTES):
            protocol.receive_data(data[start : start + FEED_BYTES])
            for frame in protocol.events_received():
                assert isinstance(frame, Frame)  # the handshake is over
                self.add(frame)

    def add(self, frame: Frame) -> None:
        """Adds a data frame, counts other frames. Raises BadFrame: too many of either, or text that is not UTF-8."""
        if frame.opcode in CONTROL:
            self._count()
            return
        if frame.opcode is not Opcode.CONT:
            self._opcode = frame.opcode
        elif not frame.fin and len(frame.data) < SMALL_BYTES:  # the first and the last one: a message has one of each
            self._count()
        if frame.data:  # empty fragments take no memory here
            self._fragments = self._fragments or []
            self._fragments.append(bytes(frame.data))
        if frame.fin:
            message = b"".join(self._fragments or ())
            self._fragments = None
            if self._opcode is Opcode.TEXT:
                _check_text(message)
            self._whole = self._whole or []
            self._whole.append((message, self._opcode is Opcode.BINARY))
            if len(self._whole) > MAX_WAITING:
                raise BadFrame(CloseCode.POLICY_VIOLATION, f"more than {MAX_WAITING} messages wait")

    def _count(self) -> None:
        now = time.monotonic()
        if now - self._since >= 1:
            self._since, self._counted = now, 0
        self._counted += 1
        if self._counted > self._most:
            reason = f"more than {self._most} control frames or small fragments in a second"
            raise BadFrame(CloseCode.POLICY_VIOLATION, reason)


def _check_text(message: bytes) -> None:
    """RFC 6455 section 8.1."""
    try:
        message.decode()
    except UnicodeDecodeError as error:
        raise BadFrame(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}") from None
