"""The floor: a bare loop with one send() for each delivery, the least work of a server that joins no messages.

It has just enough of WebSocket for the load client: a handshake, and short frames that come whole.
"""

import base64
import hashlib
import re
import selectors
import socket
import sys

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
FRAME_HEAD, MASK = 2, 4


class Floor:
    """Accepts connections, answers handshakes, and sends every frame to all clients."""

    def __init__(self, port: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=4096)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.everyone: set[socket.socket] = set()

    def run(self) -> None:
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listener:
                    sock, _ = self.listener.accept()
                    self.selector.register(sock, selectors.EVENT_READ, [False])
                else:
                    self.serve(key.fileobj, key.data)

    def serve(self, sock: socket.socket, shaken: list[bool]) -> None:
        try:
            data = sock.recv(65_536)
        except ConnectionResetError:
            data = b""
        if not data:
            self.forget(sock)
        elif not shaken[0]:
            shaken[0] = True
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.send(handshake(data))
            self.everyone.add(sock)
        else:
            for frame in frames(data):
                for each in self.everyone:
                    each.send(frame)

    def forget(self, sock: socket.socket) -> None:
        self.selector.unregister(sock)
        self.everyone.discard(sock)
        sock.close()


def handshake(request: bytes) -> bytes:
    found = re.search(rb"Sec-WebSocket-Key: (\S+)", request)
    assert found is not None
    accept = base64.b64encode(hashlib.sha1(found[1] + MAGIC).digest())  # noqa: S324 - as the RFC has it
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"


def frames(data: bytes) -> list[bytes]:
    """Splits a client's bytes into frames, and unmasks them as a server's must be."""
    found = []
    while data:
        length, body = data[1] & 0x7F, FRAME_HEAD
        if length == 126:
            length, body = int.from_bytes(data[2:4]), FRAME_HEAD + 2
        mask, start = data[body : body + MASK], body + MASK
        payload = bytes(byte ^ mask[index % MASK] for index, byte in enumerate(data[start : start + length]))
        head = data[:1] + (bytes([length]) if length < 126 else b"\x7e" + length.to_bytes(2))
        found.append(head + payload)
        data = data[start + length :]
    return found


if __name__ == "__main__":
    Floor(int(sys.argv[1])).run()
