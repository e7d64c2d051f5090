"""Many connections from one thread and one epoll loop: what a load test receives, without being the load itself."""

import gc
import json
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any

from .server import Visitor

HEADER_END = b"\r\n\r\n"


class Member:
    """One connection: the frames it got, each with the time of its arrival."""

    def __init__(self, person: Visitor, path: str = "/chat/") -> None:
        self.person = person
        self._path = path
        self.sock = socket.create_connection(("127.0.0.1", person.server.port), timeout=30)
        self.frames: list[tuple[float, dict[str, Any]]] = []
        self.count = 0  # of messages among the frames
        self.close_code: int | None = None
        self.ended = False
        self.reading = True
        self._buffer = b""
        try:
            self._shake_hands()
        except BaseException:
            self.sock.close()
            raise

    def _shake_hands(self) -> None:
        self.sock.sendall(handshake(self.person, self._path))
        head = b""
        while HEADER_END not in head:
            data = self.sock.recv(4096)
            if not data:
                break
            head += data
        head, _, self._buffer = head.partition(HEADER_END)
        if not head.startswith(b"HTTP/1.1 101 "):
            raise ConnectionError(head.decode(errors="replace"))

    @property
    def is_in(self) -> bool:
        return bool(self.frames)

    def send(self, frame: dict[str, Any]) -> None:
        self.sock.sendall(masked(0x1, json.dumps(frame).encode()))

    def messages(self) -> list[dict[str, Any]]:
        return [frame["data"] for _, frame in self.frames if frame["type"] == 1]

    def receive(self) -> None:
        """Take what is there; called when the socket is readable."""
        try:
            data = self.sock.recv(1 << 18)
        except ConnectionResetError:
            data = b""
        if not data:
            self.ended = True
            return
        self._take(data)

    def _take(self, data: bytes) -> None:
        now = time.monotonic()
        self._buffer += data
        position = 0
        while (end := self._frame(position, now)) is not None:
            position = end
        self._buffer = self._buffer[position:]

    def _frame(self, start: int, now: float) -> int | None:
        """Take one whole frame at `start`; where the next one begins, or None."""
        data = self._buffer
        if len(data) < start + 2:
            return None
        length, body = data[start + 1], start + 2
        if length == 126:
            if len(data) < start + 4:
                return None
            (length,), body = struct.unpack_from("!H", data, start + 2), start + 4
        elif length == 127:
            if len(data) < start + 10:
                return None
            (length,), body = struct.unpack_from("!Q", data, start + 2), start + 10
        if len(data) < body + length:
            return None
        payload = data[body : body + length]
        opcode = data[start] & 0x0F
        if opcode == 0x1:
            frame = json.loads(payload)
            self.frames.append((now, frame))
            self.count += frame["type"] == 1
        elif opcode == 0x8:
            self.close_code = struct.unpack_from("!H", payload)[0] if payload else 1005
            self.sock.sendall(masked(0x8, payload[:2]))
        elif opcode == 0x9:
            self.sock.sendall(masked(0xA, payload))
        return body + length


class Crowd:
    """Members that all greet, or say what else is `first`; wait() runs the loop until a condition holds."""

    def __init__(
        self,
        people: Sequence[Visitor],
        path: str = "/chat/",
        first: str = "hello",
        make: Callable[[Visitor, str], Member] = Member,
    ) -> None:
        self.selector = selectors.DefaultSelector()
        self.members = [make(person, path) for person in people]
        for member in self.members:
            self.selector.register(member.sock, selectors.EVENT_READ, member)
            member.send({"type": first})
        self.wait(lambda: all(member.is_in for member in self.members))

    def stall(self, member: Member) -> None:
        """This one does not read any more."""
        self.selector.unregister(member.sock)
        member.reading = False

    def wait(self, condition: Callable[[], bool], timeout: float = 60) -> bool:
        """Read until the condition holds; False: it did not within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        gc.disable()  # it walks all the frames kept here, for longer than the server takes to deliver
        try:
            while not condition():
                if time.monotonic() > deadline:
                    return False
                for key, _ in self.selector.select(0.05):
                    key.data.receive()
                    if key.data.ended:
                        self.selector.unregister(key.fileobj)
            return True
        finally:
            gc.enable()

    def close(self) -> None:
        self.selector.close()
        for member in self.members:
            member.sock.close()

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def masked(opcode: int, payload: bytes, first: int = 0x80) -> bytes:
    """A client's frame (RFC 6455 section 5.2); `first` holds FIN and the reserved bits."""
    mask = os.urandom(4)
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", first | opcode, 0x80 | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first | opcode, 0x80 | 126, length)
    else:
        head = struct.pack("!BBQ", first | opcode, 0x80 | 127, length)
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


def handshake(person: Visitor, path: str = "/chat/") -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{person.server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Cookie: {person.headers['Cookie']}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
