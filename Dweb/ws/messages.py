"""Joins frames to messages. Has no I/O and no lock: one thread at a time calls it."""

from websockets.frames import Frame, Opcode


class Messages:
    """Queues complete messages, and keeps the fragments of the next one."""

    def __init__(self) -> None:
        self._whole: list[tuple[bytes, bool]] = []  # short; a deque would take half a kilobyte while it is empty
        self._fragments: list[bytes] = []
        self._opcode = Opcode.TEXT

    def __len__(self) -> int:
        return len(self._whole)

    def take(self) -> tuple[bytes, bool]:
        """Removes and returns the oldest message, and True if it is binary."""
        return self._whole.pop(0)

    def add(self, frame: Frame) -> None:
        """Adds a data frame; ignores other frames. Raises UnicodeDecodeError (RFC 6455 section 8.1)."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._opcode = frame.opcode
        elif frame.opcode is not Opcode.CONT:
            return
        if frame.data:  # empty fragments, which cost the peer nothing, take no memory here
            self._fragments.append(bytes(frame.data))
        if frame.fin:
            message = b"".join(self._fragments)
            self._fragments = []
            if self._opcode is Opcode.TEXT:
                message.decode()
            self._whole.append((message, self._opcode is Opcode.BINARY))
