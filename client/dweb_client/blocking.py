"""Does the protocol's steps with blocking I/O: HTTP by web, sockets by websockets.sync."""

import threading
from collections.abc import Generator
from contextlib import suppress
from socket import SHUT_RDWR

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from .address import lost, reason, refused_handshake, socket_url
from .errors import ChatError, Closed, Unreachable
from .models import Event
from .steps import Answer, HangUp, OpenSocket, OpenStream, Pause, Receive, Request, Say, Step, Steps, T, Walk
from .web import Stream, Web

CLOSE_SECONDS = 1.0  # for the other side's half of a close
FRAME_BYTES = 4 * 1024 * 1024  # a part of a greeting has 128 KiB and the users online
QUEUE_FRAMES = 64  # in memory; then the network waits, and behind it the server


class Performer:
    """Performs steps, with at most one open line. Closed from another thread, what it waits for ends."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._line: ClientConnection | Stream | None = None
        self._closed = threading.Event()

    def run(self, steps: Steps[T]) -> T:
        """The result of steps without events. Raises ChatError."""
        walk = Walk(steps)
        try:
            while (step := walk.step) is not None:
                assert not isinstance(step, Event)
                self._take(walk, step)
            return walk.result
        finally:
            self._hang_up()

    def events(self, steps: Steps[None]) -> Generator[Event, None, None]:
        """The events that the steps yield, until these end. Raises ChatError."""
        walk = Walk(steps)
        try:
            while (step := walk.step) is not None:
                if isinstance(step, Event):
                    yield step
                    walk.done()
                else:
                    self._take(walk, step)
        finally:
            walk.close()
            self._hang_up()

    def cut(self) -> None:
        """Cuts the connections as a network does."""
        self._web.cut()
        if isinstance(line := self._line, ClientConnection):
            with suppress(OSError):
                line.socket.shutdown(SHUT_RDWR)

    def close(self) -> None:
        self._closed.set()
        self._web.close()
        self.cut()

    def _take(self, walk: Walk[T], step: Step) -> None:
        try:
            if self._closed.is_set():
                raise Closed("this chat was closed")
            result = self._perform(step)
        except ChatError as error:
            walk.failed(error)
        else:
            walk.done(result)

    def _perform(self, step: Step) -> object:
        match step:
            case Request():
                return self._web.ask(step)
            case Pause():
                return self._closed.wait(step.seconds)
            case Receive():
                return self._receive()
            case Say():
                self._say(step.text)
            case OpenSocket():
                self._open_socket(step)
            case OpenStream():
                found = self._web.stream(step.request)
                self._line = found if isinstance(found, Stream) else None
                return Answer(200, {}, b"") if isinstance(found, Stream) else found
            case HangUp():
                self._hang_up()
        return None

    def _open_socket(self, step: OpenSocket) -> None:
        web = self._web
        try:
            line = connect(
                socket_url(web.url.geturl(), step.path), additional_headers=web.credentials.headers(), ssl=web.tls,
                proxy=None, compression=None, open_timeout=step.timeout, close_timeout=CLOSE_SECONDS,
                max_size=FRAME_BYTES, max_queue=QUEUE_FRAMES,
            )  # fmt: skip
            self._line = line.__enter__()  # websockets 17 warns unless it is entered
        except InvalidStatus as error:
            raise refused_handshake(error) from error
        except (OSError, WebSocketException, EOFError) as error:
            raise Unreachable(f"{web.url.scheme}://{web.url.netloc}: {reason(error)}", False) from error

    def _receive(self) -> str:
        line = self._line
        if isinstance(line, Stream):
            return line.line()
        try:
            assert line is not None
            return str(line.recv(decode=True))
        except (OSError, WebSocketException) as error:
            raise Unreachable(lost(error)) from error

    def _say(self, text: str) -> None:
        assert isinstance(self._line, ClientConnection)
        try:
            self._line.send(text)
        except (OSError, WebSocketException) as error:
            raise Unreachable(lost(error)) from error

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError, WebSocketException):
                line.close()
