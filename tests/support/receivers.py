"""Receivers of outgoing webhooks: one that takes everything, and what hostile ones do with a connection."""

import json
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from .mariadb import free_port


class Got(NamedTuple):
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


Reply = Callable[[Got], tuple[int, str, bytes]]  # status, type, body


def silent(got: Got) -> tuple[int, str, bytes]:
    return 200, "", b""


class Receiver:
    """Keeps what it got, in order, and answers as `reply` says. It can be ended and begun again on its port."""

    def __init__(self, reply: Reply = silent, answered: Callable[[Got], object] = silent) -> None:
        self.reply = reply
        self.answered = answered  # called once the answer is on its way
        self.got: list[Got] = []
        self.port = free_port()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=chat"

    def start(self) -> "Receiver":
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got({name.lower(): value for name, value in self.headers.items()}, body)
                receiver.got.append(got)
                status, type_, answer = receiver.reply(got)
                self.send_response(status)
                if type_:
                    self.send_header("Content-Type", type_)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                self.wfile.flush()
                receiver.answered(got)

            def log_message(self, *args: object) -> None:
                """The tests look at what came."""

        class Listening(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 100

            def handle_error(self, *args: object) -> None:
                """A sender that is killed leaves half a request."""

        self._server = Listening(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate for a name, signed by itself, and the file by which one trusts it."""
    key, chain = folder / "key.pem", folder / "chain.pem"
    command = "openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=hook"
    subprocess.run(
        [*command.split(), "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", chain],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context, chain


def read_request(sock: socket.socket) -> bytes:
    """A whole request: who hangs up with a part of it unread may take its own answer back."""
    data = b""
    while (head := data.partition(b"\r\n\r\n"))[1] == b"" or len(head[2]) < _length(head[0]):
        piece = sock.recv(65_536)
        if not piece:
            break
        data += piece
    return data


def _length(head: bytes) -> int:
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return int(found[1]) if found else 0


class Raw:
    """Accepts connections, and gives each to `serve` in a thread of its own; for answers that no HTTP server sends."""

    def __init__(self, serve: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> None:
        self._serve = serve
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.taken = 0
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}/"

    def stop(self) -> None:
        self._listener.close()

    def _run(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                sock, _ = self._listener.accept()
                self.taken += 1
                threading.Thread(target=self._take, args=(sock,), daemon=True).start()

    def _take(self, sock: socket.socket) -> None:
        with suppress(OSError), sock:
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_side=True)
            self._serve(sock)
            sock.close()
