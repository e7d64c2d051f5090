"""gunicorn's threaded worker, with a front before its threads."""

import errno
import html
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from gunicorn import util
from gunicorn.http import get_parser
from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.workers.gthread import ThreadWorker

from ..parking.activity import Activity
from ..parking.precedence import of_commits
from .addresses import unmapped
from .connection import Connection
from .front import Front
from .pool import Greenlets, RequestPool, Threads
from .request import HEAD_END, Request
from .spool import Offer

ACCEPT_AT_ONCE = 8  # connections, before those that are there are looked at
STOP_STEP_SECONDS = 0.1  # between two looks at the deadlines, while the worker stops

ERROR = (
    "HTTP/1.1 {} {}\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: {}\r\n"
    "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\r\n{}"
)
_TOLD = '{"msg":"error","error":"no_space","detail":"There is no room for this file on the disk of the server."}'
NO_SPACE = (
    ERROR.replace("text/html", "application/json").format(507, "Insufficient Storage", len(_TOLD), _TOLD).encode()
)


def write_error(sock: Any, status: int, reason: str, text: str) -> None:
    """Answers a request that reaches no view, with what every answer of a view tells browsers."""
    body = f"<!doctype html><title>{reason}</title><h1>{reason}</h1>{html.escape(text)}\n"
    sock.sendall(ERROR.format(status, reason, len(body), body).encode("latin1", "replace"))


util.write_error = write_error  # gunicorn's worker calls it, too; its own has none of these headers


class Fronted(ThreadWorker):
    """Accepts connections for the front, and handles complete requests in the threads of the pool.

    `parked` are the beginnings of handshakes whose views park; those are handled in the loop, and no thread is woken.
    So are requests that begin with one of `streamed`: their answers may take over the connection, too.
    `sending` are the beginnings of requests that may queue a draft: they are at work (`activity`).
    `spooled` are those of requests whose views are offered a body that is too large for the memory.
    """

    wsgi: Any
    activity: Activity
    parked: tuple[bytes, ...] = ()
    streamed: tuple[bytes, ...] = ()
    sending: tuple[bytes, ...] = ()
    spooled: tuple[bytes, ...] = ()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self._application, self.wsgi = self.wsgi, self._call_application

    def run(self) -> None:
        self._handshakes = RequestPool(Greenlets(), settings.HANDSHAKES_AT_ONCE)
        self.front = Front(
            self.poller,
            self._submit,
            self.method_queue.defer,
            self._may_leave,
            most=self.worker_connections - 1,
            keepalive_seconds=self.cfg.keepalive,
        )
        # A late thread would write into what has the pipe's number by then, which may be the database.
        self.method_queue.close = lambda: None
        super().run()

    def _submit(self, conn: Connection) -> "Future[Any]":
        if self._parks(conn.request):
            return self._handshakes.submit(self.handle, conn)
        is_sending = conn.request.buffer.startswith(self.sending)
        return self.tpool.submit(self._send if is_sending else self.handle, conn)

    def goes_on_sending(self) -> bool:
        """True if a request that may queue a draft follows one at once. For any thread."""
        return self.tpool.goes_on_with(self._send)

    def _parks(self, request: Request) -> bool:
        """True for the ordinary request of a view that parks. It is answered in the loop, which must not take long.

        The time for a cookie with backslashes grows with the square of its length (CVE-2024-7592).
        """
        if not self._may_leave(request) or request.size > settings.HANDSHAKE_MAX_BYTES:
            return False
        head = request.buffer[: request.size]
        return head.startswith((*self.parked, *self.streamed)) and b"\\" not in head

    def _may_leave(self, request: Request) -> bool:
        """True if the view of a request may take over its connection."""
        return request.upgrades or request.buffer.startswith(self.streamed)

    def accept(self, listener: socket.socket) -> None:
        for _ in range(ACCEPT_AT_ONCE):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                    raise
                return
            if isinstance(client, tuple):  # not on a Unix socket
                client = (unmapped(client[0]), *client[1:])
            self.front.accept(sock, client, listener.getsockname())

    def make_room(self) -> bool:
        """Closes what can wait least. Returns False if there is nothing."""
        return self.front.make_room()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if self.tpool.tend():
            timeout = min(timeout, settings.REQUEST_TURN_SECONDS)
        timeout = min(timeout, self.front.transfers.seconds_left())
        super().wait_for_and_dispatch_events(timeout if self.alive else min(timeout, STOP_STEP_SECONDS))
        self.front.sweep()
        self.nr_conns = len(self.front.connections)

    def _cap_keepalive(self, deadline: float) -> None:
        self.front.end_in(deadline - time.monotonic())

    def get_thread_pool(self) -> RequestPool:
        return RequestPool(
            Threads(self.cfg.threads, "request"), settings.REQUESTS_AT_ONCE, settings.REQUEST_TURN_SECONDS
        )

    # Called in a thread of the pool.

    def _send(self, conn: Connection) -> None:
        with self.activity.at_request(), of_commits.exempt():
            self.handle(conn)

    def handle(self, conn: Connection) -> None:
        """Answers one complete request. If its view accepts a large body, the loop goes on with that body instead."""
        request, keep, offer = conn.request, False, None
        try:
            offer = self._offer(conn)
            conn.held, conn.spool = request.held, request.spool
            data = request.take()
            source = _source(data, None if conn.held else _missing(data, offer))
            conn.parser = get_parser(self.cfg, source, conn.client)
            conn.sock.ahead = request.buffer
            keep = super().handle(conn)
        finally:
            conn.parser = None
            if conn.spool is not None:
                conn.spool.close()
                conn.spool = None
            if offer is not None and offer.spool is not None:
                request.put_back(data, offer.spool)
                keep = True
            self.front.answered(conn, keep)

    def _offer(self, conn: Connection) -> Offer | None:
        """Puts into the view's environ what it must know of the body. Returns the offer of a large one."""
        request, offer = conn.request, None
        if request.unread and request.buffer.startswith(self.spooled):
            offer = Offer(request.unread, conn.sock)
            conn.sock.environ = {"dweb.offer": offer}
        elif request.spool is not None:
            conn.sock.environ = {"dweb.spool": request.spool}
        return offer

    def handle_request(self, req: Any, conn: Connection) -> bool:
        if isinstance(req.body.reader, ChunkedReader):
            write_error(conn.sock, 411, "Length Required", "")
            return False
        if conn.spool is not None:
            if conn.spool.failed:
                conn.sock.sendall(NO_SPACE)
                return False
            req.body = conn.spool.reader()
        if not conn.held:
            req.force_close()
        return super().handle_request(req, conn)

    def _call_application(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ.update(environ["gunicorn.socket"].environ)
        return self._application(environ, start_response)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """Need not read what the view has left of the body, as gunicorn does: it is not on the socket any more."""
        return keepalive


def _source(data: bytes, missing: Exception | None) -> Iterator[bytes]:
    """Yields a request for gunicorn's parser. If more of it is asked for, raises what says why it is missing."""
    yield data
    if missing is not None:
        raise missing


def _missing(data: bytes, offer: Offer | None) -> Exception:
    if offer is not None:  # Django, which looks for a CSRF token in the body, then takes the header's
        return BlockingIOError(errno.EAGAIN, "the body is read if the view accepts it")
    return RequestDataTooBig("not read") if HEAD_END in data else LimitRequestHeaders("max buffer headers")
