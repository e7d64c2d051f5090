"""A bare TCP connection to the server: for bytes that no client library would send."""

import socket
import struct

from .crowd import Member, masked
from .server import Visitor


class Raw:
    """A WebSocket whose frames are read and written by hand; the person has been let in."""

    def __init__(self, person: Visitor, path: str = "/chat/") -> None:
        self._member = Member(person, path)
        self.sock = self._member.sock
        self._buffer = b""

    def send(self, opcode: int, payload: bytes = b"", *, first: int = 0x80) -> None:
        self.write(masked(opcode, payload, first))

    def write(self, data: bytes) -> None:
        self.sock.sendall(data)

    def frame(self, timeout: float = 10) -> tuple[int, bytes] | None:
        """The next frame as opcode and payload; None at the end of the stream."""
        self.sock.settimeout(timeout)
        head = self._take(2)
        if head is None:
            return None
        assert head[0] & 0x70 == 0, "a reserved bit is set"
        assert head[0] & 0x80, "the server sends whole messages"
        assert not head[1] & 0x80, "a server's frame is masked (RFC 6455 section 5.1)"
        length = head[1]
        if length >= 126:
            size = 2 if length == 126 else 8
            length = int.from_bytes(self._take(size) or b"")
        return head[0] & 0x0F, self._take(length) or b""

    def closed(self) -> int | None:
        """The close code that the server sends, frames before it passed over; None if it just ends."""
        while (frame := self.frame()) is not None:
            if frame[0] == 0x8:
                return struct.unpack("!H", frame[1][:2])[0] if frame[1] else 1005
        return None

    def ended(self) -> bool:
        """True: nothing more comes, the stream is at its end."""
        self.sock.settimeout(10)
        try:
            return self._buffer == b"" and self.sock.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.sock.close()

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _take(self, count: int) -> bytes | None:
        while len(self._buffer) < count:
            try:
                data = self.sock.recv(65_536)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken


def talk(port: int, data: bytes, timeout: float = 10) -> bytes:
    """Send bytes to the server, say that there are no more, and read what it answers."""
    with socket.create_connection(("127.0.0.1", port), timeout) as sock:
        try:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server has closed the connection
        answer = b""
        try:
            while more := sock.recv(65_536):
                answer += more
        except ConnectionResetError:
            pass
        return answer
