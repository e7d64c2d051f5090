"""Clients that hold a server up: connections that say half of what they should, or do not read."""

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle

from .server import Server

HALF_HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
HEAD = HALF_HEAD + b"\r\n"
HALF_BODY = b"POST /msg_send/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\ntxt="
SMALL_SEGMENT = 536  # with it, the server's kernel takes some 50 KB of an answer; 2.6 MB on the loopback otherwise


def dial(server: Server, address: str = "127.0.0.2", data: bytes = b"", *, unread: bool = False) -> socket.socket:
    """Connects from an address of the loopback and sends bytes.

    The kernels hold little of what an `unread` connection is sent.
    """
    sock = socket.socket()
    try:
        sock.settimeout(30)
        sock.bind((address, 0))
        if unread:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_SEGMENT)
        sock.connect((server.host, server.port))
        sock.sendall(data)
    except BaseException:
        sock.close()
        raise
    return sock


@contextmanager
def many(
    server: Server, count: int, data: bytes = b"", *addresses: str, unread: bool = False
) -> Iterator[list[socket.socket]]:
    """Many connections, from the addresses in turn, that have sent the same bytes and say no more."""
    sources = cycle(addresses or ["127.0.0.2"])
    with ExitStack() as stack:
        yield [stack.enter_context(dial(server, next(sources), data, unread=unread)) for _ in range(count)]


def large_asset(server: Server) -> bytes:
    """A request for a script of 300 KB, which is more than the kernel takes for an unread connection."""
    files = server.assets.glob("admin/js/vendor/xregexp/xregexp.????????????.js")
    path = f"/static/admin/js/vendor/xregexp/{next(files).name}"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def has_connection(server: Server, sock: socket.socket) -> bool:
    """True while the server has its end of the connection open."""
    mine = sock.getsockname()[:2]
    return any(tuple(each.raddr) == mine for each in server.worker.net_connections("tcp"))


def open_still(sock: socket.socket) -> bool:
    """True if the server has neither answered nor closed."""
    readable = select.poll()  # select() takes no descriptor beyond 1,023
    readable.register(sock, select.POLLIN)
    return not readable.poll(0)


def status(sock: socket.socket) -> bytes:
    """Reads one answer and returns its status; b"" if the connection ends."""
    file = sock.makefile("rb")
    try:
        line = file.readline()
        length = 0
        while (header := file.readline().strip()) != b"":
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        file.read(length)
    except ConnectionResetError:
        return b""
    return line.split(b" ")[1] if line else b""
