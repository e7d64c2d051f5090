"""A TCP connection over the loopback: the server's end, and a peer's end whose every byte the test decides."""

import json
import os
import select
import socket
import struct
from typing import Any, NamedTuple

from websockets.frames import Frame, Opcode

from Dweb.live.client import Client, Waker
from Dweb.ws.websocket import WebSocket

from .waiting import SECONDS

HANDSHAKE = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
OPTIONS = {"max_size": 65_536, "ping_seconds": 30, "close_seconds": 10, "control_frames": 50}


class Received(NamedTuple):
    """A frame from the server."""

    opcode: int
    payload: bytes

    @property
    def code(self) -> int:
        """Of a close frame; 1005 if it is empty (RFC 6455 section 7.1.5)."""
        assert self.opcode == Opcode.CLOSE
        return int.from_bytes(self.payload[:2], "big") if self.payload else 1005

    def json(self) -> Any:
        return json.loads(self.payload)


class Link:
    """`sock` is the server's end. The buffers are the kernel's, in bytes; 0 leaves them as they are."""

    def __init__(self, receive_buffer: int = 0, send_buffer: int = 0) -> None:
        self.made: list[WebSocket] = []
        self.peer = socket.socket()
        self.peer.settimeout(SECONDS)
        if receive_buffer:
            self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.peer.connect(listener.getsockname())
            self.sock, _ = listener.accept()
        self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if send_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)

    def websocket(self, **options: Any) -> WebSocket:
        self.made.append(WebSocket(self.sock, HANDSHAKE, **(OPTIONS | options)))
        return self.made[-1]

    def accepted(self, **options: Any) -> WebSocket:
        """A WebSocket whose handshake is over and read."""
        websocket = self.websocket(**options)
        assert not websocket.has_messages()
        assert self.read(len(HANDSHAKE)) == HANDSHAKE
        return websocket

    def client(self, writer: Waker, user_id: int = 1, username: str = "Alice", limit: int = 1 << 20) -> Client:
        """A client whose outbox writes to this connection, as the chat view makes it; the handshake is read."""
        websocket = self.websocket()
        websocket.accept()
        self.sock.close()  # dead by now
        self.sock = websocket.sock
        client = Client(self.sock, user_id, username, close_socket=websocket.close, writer=writer, limit=limit)
        websocket.hand_over(client)
        assert self.read(len(HANDSHAKE)) == HANDSHAKE
        return client

    def send(self, opcode: int, payload: bytes = b"", fin: bool = True) -> None:
        self.peer.sendall(client_frame(opcode, payload, fin))

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.peer.recv(count - len(data))
            if not more:
                raise EOFError(data)
            data += more
        return data

    def frame(self) -> Received:
        """The next frame, which must be whole and unmasked."""
        head = self.read(2)
        length = head[1]
        assert head[0] & 0xF0 == 0x80
        assert length < 128
        if length > 125:
            (length,) = struct.unpack("!H" if length == 126 else "!Q", self.read(2 if length == 126 else 8))
        return Received(head[0] & 0x0F, self.read(length))

    def frames(self) -> list[Received]:
        """All frames up to the end of the stream, which must come between two frames."""
        found = []
        while self.peer.recv(1, socket.MSG_PEEK):
            found.append(self.frame())
        return found

    def silent(self) -> bool:
        """Nothing has come and is not read yet, not even the end of the stream."""
        return not readable(self.peer)

    def reset(self) -> None:
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.peer.close()

    def close(self) -> None:
        for websocket in self.made:
            websocket.sock.close()
        self.peer.close()
        self.sock.close()

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def readable(sock: socket.socket) -> bool:
    """There is something to read at once, be it the end of the stream."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def client_frame(opcode: int, payload: bytes = b"", fin: bool = True) -> bytes:
    """A frame as clients must send it: masked."""
    return Frame(Opcode(opcode), payload, fin).serialize(mask=True)


def raw_frame(first: int, payload: bytes = b"", masked: bool = True) -> bytes:
    """A short frame with any first byte, which a library would refuse to make."""
    mask = os.urandom(4) if masked else b""
    body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)) if masked else payload
    return bytes([first, (0x80 if masked else 0) | len(payload)]) + mask + body
