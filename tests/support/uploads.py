"""Files that people send to a whole server: at once, or byte by byte."""

import socket
from typing import Any
from urllib.parse import urlencode

from .server import CSRF, Answer, Visitor

BOUNDARY = "a-boundary-that-no-file-has"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def form(data: bytes, name: str = "file.bin") -> bytes:
    """The body of a form with a file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(person: Visitor, data: bytes, name: str = "file.bin") -> Answer:
    return person.server.request("POST", "/files/", form(data, name), person.headers | {"Content-Type": TYPE})


def post_pieces(person: Visitor, data: bytes, size: int) -> Answer:
    """Sends a file in pieces of so many bytes; the last answer, or the first one that is none of success."""
    fields = urlencode({"name": "film.mp4", "size": len(data)}).encode()
    headers = person.headers | {"Content-Type": "application/x-www-form-urlencoded"}
    answer = person.server.request("POST", "/files/", fields, headers)
    headers |= {"Content-Type": "application/octet-stream"}
    while answer.status == 200 and (offset := answer.json()["offset"]) < len(data):
        address = f"/files/{answer.json()['id']}/?offset={offset}"
        answer = person.server.request("POST", address, data[offset : offset + size], headers)
    return answer


def send(person: Visitor, data: bytes, name: str = "file.bin") -> Any:
    """A file that must be taken; what is answered about it."""
    answer = post(person, data, name)
    assert answer.status == 200, answer.body
    return answer.json()


class SlowUpload:
    """An upload that has begun, and of which some comes whenever more() is called."""

    def __init__(self, person: Visitor, size: int = 400_000) -> None:
        self._rest = form(bytes(size))
        head = (
            f"POST /files/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: {TYPE}\r\nContent-Length: {len(self._rest)}\r\n"
            f"Cookie: {person.headers['Cookie']}\r\nX-CSRFToken: {CSRF}\r\n\r\n"
        )
        self.sock = socket.create_connection((person.server.host, person.server.port), timeout=30)
        self.sock.sendall(head.encode())

    def more(self, count: int) -> None:
        self.sock.sendall(self._rest[:count])
        self._rest = self._rest[count:]

    def status(self) -> int:
        """Of the answer, once there is one."""
        return int(self.sock.recv(4_096).split(b" ")[1])

    def close(self) -> None:
        self.sock.close()
