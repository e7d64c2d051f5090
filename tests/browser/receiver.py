"""A server that takes uploads as docs/wire.md has them, and does what a test says: it waits, refuses, or is cut off."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Page, Route

PATH = re.compile(r"/files/(?:(\w+)/(?:\?offset=(\d+))?)?$")
READ = 64 * 1024  # bytes at a time

Answer = tuple[int, dict[str, object] | None]  # a status, and the JSON


class Stored:
    """A file, or what has come of it."""

    def __init__(self, id: str, name: str, size: int) -> None:
        self.id, self.name, self.size = id, name, size
        self.content = b""

    def answer(self) -> dict[str, object]:
        about: dict[str, object] = {"msg": "success", "id": self.id, "name": self.name, "size": self.size}
        done = len(self.content) == self.size
        kind = "image/png" if self.name.endswith("png") else "application/octet-stream"
        return about | {"offset": len(self.content)} | ({"type": kind} if done else {})


class Receiver:
    """`requests` are those that have come, as "POST whole", "POST begin", "POST 2097152", "GET", "POST discard"."""

    def __init__(self) -> None:
        self.files: dict[str, Stored] = {}
        self.requests: list[str] = []
        self.open = threading.Event()  # else requests wait before their body is read
        self.open.set()
        self.closed_from = 0  # pieces before this offset do not wait
        self.cuts: list[int | None] = []  # the next connections end after so many bytes of a body
        self.refusals: list[tuple[int, dict[str, object] | None] | None] = []  # the next answers; None: no JSON
        self.unstored = 0  # so many answers do not say that a file in pieces is stored
        self._lock = threading.Lock()

    def take(self, handler: BaseHTTPRequestHandler) -> Answer | None:
        """Returns the answer; None: the connection is cut."""
        id, offset = PATH.findall(handler.path)[0]
        if not self.closed_from or int(offset or 0) >= self.closed_from:
            self.open.wait()
        with self._lock:
            cut = self.cuts.pop(0) if self.cuts else None
            refusal = self.refusals.pop(0) if self.refusals else None
        body = self._read(handler, cut)
        if cut == 0:
            return None
        with self._lock:
            answer = self._answer(handler, id, offset, body)
        return None if cut else refusal or answer

    def _read(self, handler: BaseHTTPRequestHandler, cut: int | None) -> bytes:
        left = int(handler.headers.get("Content-Length", 0))
        left = left if cut is None else min(cut, left)
        body = bytearray()
        while left and (read := handler.rfile.read(min(left, READ))):
            body += read
            left -= len(read)
        return bytes(body)

    def _answer(self, handler: BaseHTTPRequestHandler, id: str, offset: str, body: bytes) -> Answer:
        kind = handler.headers.get("Content-Type", "")
        if handler.command == "GET":
            self.requests.append("GET")
            return self._of(id)
        if not id and kind.startswith("multipart"):
            self.requests.append("POST whole")
            return 200, self._whole(kind, body)
        fields = dict(pair.split("=") for pair in body.decode().split("&")) if "form" in kind else {}
        if not id:
            self.requests.append("POST begin")
            return 200, self._store(fields["name"], int(fields["size"])).answer()
        if "discard" in fields:
            self.requests.append("POST discard")
            self.files.pop(id, None)
            return 200, {"msg": "success"}
        self.requests.append(f"POST {offset}")
        return self._piece(id, int(offset), body)

    def _of(self, id: str) -> Answer:
        stored = self.files.get(id)
        if stored is None:
            return 404, {"msg": "error", "error": "not_found", "detail": "There is no such file."}
        answer = stored.answer()
        if "type" in answer and self.unstored:
            self.unstored -= 1
            del answer["type"]
        return 200, answer

    def _whole(self, kind: str, body: bytes) -> dict[str, object]:
        message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        parts: Any = message.get_payload()
        content = parts[0].get_payload(decode=True)
        stored = self._store(parts[0].get_filename(), len(content))
        stored.content = content
        return stored.answer()

    def _store(self, name: str, size: int) -> Stored:
        stored = Stored(f"file{len(self.requests)}", name, size)
        self.files[stored.id] = stored
        return stored

    def _piece(self, id: str, offset: int, body: bytes) -> Answer:
        stored = self.files.get(id)
        if stored is None:
            return self._of(id)
        if offset != len(stored.content):
            conflict = {"msg": "error", "error": "conflict", "detail": "Wrong offset.", "offset": len(stored.content)}
            return 409, conflict
        stored.content += body
        return self._of(id)


@contextmanager
def receiver(page: Page) -> Iterator[Receiver]:
    """Takes the uploads of a page in place of its own server."""
    taking = Receiver()

    class Handler(BaseHTTPRequestHandler):
        # One request a connection, as HTTP/1.0 has it: a browser asks once more if one that was in use before is cut.

        def do_GET(self) -> None:
            answer = taking.take(self)
            if answer is None:
                return
            body = b"<html>" if answer[1] is None else json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Connections that the page ends are no error."""

    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def lead(route: Route) -> None:
        path = route.request.url.partition("/files/")[2]
        route.continue_(url=f"http://127.0.0.1:{server.server_port}/files/{path}")

    page.route(re.compile(r"/files/"), lead)
    try:
        yield taking
    finally:
        taking.open.set()
        page.unroute(re.compile(r"/files/"))
        server.shutdown()
        server.server_close()
