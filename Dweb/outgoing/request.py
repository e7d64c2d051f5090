"""One POST to an address that others have chosen, within a deadline: the receiver may be slow, broken or hostile.

Uses http.client, because it does what is wanted and nothing else: it follows no redirect, unpacks no body, and knows no
proxies; requests, httpx and urllib3 do by default, and choose the address of a connection themselves.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from typing import NamedTuple

from .address import Address, Ip, Resolve, Unreachable, checked, parse, resolved

CONNECT_SECONDS = 5.0  # of the deadline, for one of a host's addresses
ADDRESSES_TRIED = 3
PIECE_BYTES = 16 * 1024
REDIRECTS = range(300, 400)
GOOD = range(200, 300)
TYPES = ("application/json", "text/plain")


class Failed(Exception):
    """A request failed, and may be tried again. Its text is a fault as in faults.py, without secrets.

    `status` is that of the answer if there was one.
    """

    def __init__(self, fault: str, status: int | None = None) -> None:
        super().__init__(fault)
        self.status = status


class Answer(NamedTuple):
    """The receiver has taken what was sent. `fault` says why the body was not read, or not to its end."""

    status: int
    type: str = ""
    body: bytes = b""
    fault: str = ""


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private: bool,
    seconds: float,
    most: int,
    resolve: Resolve = resolved,
) -> Answer:
    """Sends a body, and reads at most `most` bytes of the answer. Raises Failed."""
    deadline = time.monotonic() + seconds
    try:
        address = parse(url)
        sock = _connected(address, checked(address, private=private, resolve=resolve), deadline)
        try:
            connection = http.client.HTTPConnection(address.host, address.port)
            connection.sock = _Timed(sock, deadline)  # type: ignore[assignment]
            sent = {"Host": address.authority, "Accept-Encoding": "identity", "Connection": "close", **headers}
            connection.request("POST", address.path, body, sent)
            return _answer(connection.getresponse(), most)
        finally:
            sock.close()
    except Unreachable as error:
        raise Failed(str(error)) from None
    except TimeoutError:
        raise Failed("time") from None
    except ssl.SSLError as error:
        raise Failed(f"tls {getattr(error, 'verify_message', '') or error.reason or error}") from None
    except OSError as error:
        raise Failed(f"connection {error.strerror or error}") from None
    except (http.client.HTTPException, ValueError) as error:
        raise Failed(f"http {type(error).__name__}") from None


def _answer(response: http.client.HTTPResponse, most: int) -> Answer:
    """Once the status says that the receiver has it, nothing that is wrong with the rest has it sent again."""
    status = response.status
    if status in REDIRECTS:
        raise Failed(f"redirect {status}", status)
    if status not in GOOD:
        raise Failed(f"status {status}", status)
    type_ = response.headers.get_content_type() if "Content-Type" in response.headers else ""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        return Answer(status, fault="compressed")
    if type_ not in TYPES:
        return Answer(status)
    try:
        return _read(response, status, type_, most)
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(status, fault="unfinished")


def _read(response: http.client.HTTPResponse, status: int, type_: str, most: int) -> Answer:
    body = bytearray()
    while piece := response.read(min(PIECE_BYTES, most + 1 - len(body))):
        body += piece
        if len(body) > most:
            return Answer(status, fault=f"long {most:,}")
    return Answer(status, type_, bytes(body))


def _connected(address: Address, ips: list[Ip], deadline: float) -> socket.socket:
    """A connection to the first of these that takes it; with TLS, for the name of the host and no other."""
    sock, error = None, OSError("there is no address")
    for ip in ips[:ADDRESSES_TRIED]:
        try:
            sock = socket.create_connection((str(ip), address.port), min(CONNECT_SECONDS, _left(deadline)))
            break
        except OSError as failed:
            error = failed
    if sock is None:
        raise error
    if not address.tls:
        return sock
    try:
        sock.settimeout(_left(deadline))  # for the whole handshake
        return ssl.create_default_context().wrap_socket(sock, server_hostname=address.host)
    except BaseException:
        sock.close()
        raise


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed:
    """A socket as http.client uses one: each step ends at the deadline, so that slow drops do not prolong it."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            self._sock.settimeout(_left(self._deadline))
            left = left[self._sock.send(left) :]

    def makefile(self, *args: object, **kwargs: object) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock, self._deadline))

    def close(self) -> None:
        """post() closes the socket: http.client closes this one before it has read the body."""


class _Reader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        self._sock.settimeout(_left(self._deadline))
        return self._sock.recv_into(buffer)
