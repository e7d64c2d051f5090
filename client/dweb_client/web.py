"""HTTP by the standard library: requests over connections that are kept, and streams of lines. Blocks."""

import http.client
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from socket import socket as Socket  # noqa: N812 - a type
from urllib.parse import SplitResult, urlencode, urlsplit

from .errors import Unreachable
from .steps import Answer, Request

CHUNK_BYTES = 64 * 1024
KEPT = 4  # idle connections
LINE_BYTES = 4 * 1024 * 1024  # of a stream; an event has some 20 KB
CSRF_COOKIES = ("__Host-csrftoken", "csrftoken")  # of a server with HTTPS, and of one without
FAULTS = (OSError, http.client.HTTPException)


@dataclass
class Credentials:
    """A token, or the cookies of a session."""

    token: str | None = field(default=None, repr=False)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)

    def headers(self) -> dict[str, str]:
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token}"}
        csrf = next((self.cookies[name] for name in CSRF_COOKIES if name in self.cookies), "")
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "X-CSRFToken": csrf}

    def take(self, headers: http.client.HTTPMessage) -> None:
        """Takes the cookies of an answer."""
        if self.token is None:
            for cookie in headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name.strip()] = value.strip()


class Web:
    """One server. Several threads may ask it at once. The lock guards the connections."""

    def __init__(self, url: str, credentials: Credentials, tls: ssl.SSLContext | None) -> None:
        self.url = urlsplit(url)
        self.credentials = credentials
        self.tls = tls
        self._lock = threading.Lock()
        self._idle: list[http.client.HTTPConnection] = []
        self._sockets: dict[http.client.HTTPConnection, Socket | None] = {}
        self._closed = False

    def ask(self, request: Request) -> Answer:
        """Raises Unreachable."""
        is_ours = request.path.startswith("/")
        kept = self._kept() if is_ours and request.may_repeat else None
        if kept is not None:
            with suppress(Unreachable):
                return self._ask(kept, request)
        url = self.url if is_ours else urlsplit(request.path)
        return self._ask(self._new(url), request)

    def stream(self, request: Request) -> "Answer | Stream":
        """A stream; an Answer if there is none. Raises Unreachable."""
        connection = self._new(self.url)
        response = self._begin(connection, request)
        if response.status == 200:
            return Stream(self, connection, response)
        return self._finish(connection, request, response)

    def cut(self) -> None:
        """Cuts all connections, as a network does: whoever waits for an answer gets Unreachable."""
        with self._lock:
            sockets = [each for each in self._sockets.values() if each is not None]
        for each in sockets:
            with suppress(OSError):
                each.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Closes the connections, also under threads that wait for an answer, and opens none any more."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        self.cut()
        for connection in idle:
            self.forget(connection)

    def headers(self) -> dict[str, str]:
        return {**self.credentials.headers(), "Accept": "application/json", "Referer": self.url.geturl()}

    def forget(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._sockets.pop(connection, None)
        connection.close()

    def _kept(self) -> http.client.HTTPConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _new(self, url: SplitResult) -> http.client.HTTPConnection:
        host = url.hostname or ""
        if url.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, url.port, context=self.tls)
        else:
            connection = http.client.HTTPConnection(host, url.port)
        with self._lock:
            self._sockets[connection] = None
        return connection

    def _note(self, connection: http.client.HTTPConnection) -> None:
        """Keeps a connection's socket: http.client lets go of it if an answer does not say where it ends."""
        with self._lock:
            self._sockets[connection] = connection.sock
            if self._closed:
                raise OSError("this chat was closed")

    def _ask(self, connection: http.client.HTTPConnection, request: Request) -> Answer:
        return self._finish(connection, request, self._begin(connection, request))

    def _begin(self, connection: http.client.HTTPConnection, request: Request) -> http.client.HTTPResponse:
        """Sends the request and reads the head of the answer."""
        is_connected = connection.sock is not None
        try:
            connection.timeout = request.timeout
            if connection.sock is None:
                connection.connect()
                self._note(connection)
            is_connected = True
            connection.sock.settimeout(request.timeout)
            connection.request(request.method, self._target(request), _body(request), self._headers(request))
            return connection.getresponse()
        except FAULTS as error:
            self.forget(connection)
            raise Unreachable(f"{self._name(request)}: {_text(error)}", is_connected) from error

    def _finish(
        self, connection: http.client.HTTPConnection, request: Request, response: http.client.HTTPResponse
    ) -> Answer:
        """Reads the body, and keeps the connection."""
        try:
            if request.into is not None and 200 <= response.status < 300:
                body = b""
                for chunk in _chunks(response):
                    request.into.write(chunk)
            else:
                body = response.read()
        except FAULTS as error:
            self.forget(connection)
            raise Unreachable(f"{self._name(request)}: {_text(error)}") from error
        except BaseException:  # of what is written to
            self.forget(connection)
            raise
        if request.path.startswith("/"):
            self.credentials.take(response.headers)
        with self._lock:
            is_kept = request.path.startswith("/") and connection.sock is not None and len(self._idle) < KEPT
            if is_kept:
                self._idle.append(connection)
        if not is_kept:
            self.forget(connection)
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, body)

    def _target(self, request: Request) -> str:
        if not request.path.startswith("/"):
            url = urlsplit(request.path)
            return url._replace(scheme="", netloc="").geturl() or "/"
        query = f"?{urlencode(request.query)}" if request.query else ""
        return f"{self.url.path.rstrip('/')}{request.path}{query}"

    def _headers(self, request: Request) -> Mapping[str, str]:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if request.fields is not None else {}
        own = self.headers() if request.path.startswith("/") else {}
        return {**own, **form, **request.headers}

    def _name(self, request: Request) -> str:
        url = self.url if request.path.startswith("/") else urlsplit(request.path)
        return f"{url.scheme}://{url.netloc}"


class Stream:
    """The lines of an answer that does not end."""

    def __init__(self, web: Web, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        self._web = web
        self._connection = connection
        self._response = response

    def line(self) -> str:
        """The next line, without its end. Raises Unreachable once there is none."""
        try:
            line = self._response.readline(LINE_BYTES)
        except FAULTS as error:
            raise Unreachable(_text(error)) from error
        except ValueError as error:  # it was closed meanwhile
            raise Unreachable("the stream was closed") from error
        if not line.endswith(b"\n"):
            raise Unreachable("the stream ended")
        return line.decode(errors="replace").rstrip("\r\n")

    def close(self) -> None:
        with suppress(OSError):
            self._response.close()
        self._web.forget(self._connection)


def _body(request: Request) -> bytes | None:
    return request.body if request.fields is None else urlencode(request.fields).encode()


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Raises IncompleteRead if the connection ends too early."""
    left = response.length
    while chunk := response.read(CHUNK_BYTES):
        if left is not None:
            left -= len(chunk)
        yield chunk
    if left:
        raise http.client.IncompleteRead(b"", left)


def _text(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
