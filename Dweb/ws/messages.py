"""Puts messages together from frames. Has no I/O and no lock: its owner calls it from one thread at a time."""

from websockets.frames import Frame, Opcode


class Messages:
    """The messages that have come and were not taken yet, and the fragments of the next one."""

    def __init__(self) -> None:
        self._whole: list[tuple[bytes, bool]] = []  # short; a deque would take half a kilobyte while it is empty
        self._fragments: list[bytes] = []
        self._opcode = Opcode.TEXT

    def __len__(self) -> int:
        return len(self._whole)

    def take(self) -> tuple[bytes, bool]:
        """The oldest message, and whether it is binary."""
        return self._whole.pop(0)

    def add(self, frame: Frame) -> None:
        """Add a data frame; others are passed over. Raises UnicodeDecodeError (RFC 6455 section 8.1)."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._opcode = frame.opcode
        elif frame.opcode is not Opcode.CONT:
            return
        if frame.data:  # empty fragments cost the peer nothing, so they may cost us nothing
            self._fragments.append(bytes(frame.data))
        if frame.fin:
            message = b"".join(self._fragments)
            self._fragments = []
            if self._opcode is Opcode.TEXT:
                message.decode()
            self._whole.append((message, self._opcode is Opcode.BINARY))
