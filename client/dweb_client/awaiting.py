"""Does the protocol's steps for asyncio: sockets by websockets.asyncio, HTTP by web, in threads."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from .address import lost, reason, refused_handshake, socket_url
from .blocking import CLOSE_SECONDS, FRAME_BYTES, QUEUE_FRAMES
from .errors import ChatError, Closed, Unreachable
from .models import Event
from .steps import Answer, HangUp, OpenSocket, OpenStream, Pause, Receive, Request, Say, Step, Steps, T, Walk
from .web import Stream, Web


class AsyncPerformer:
    """Performs steps, with at most one open line, and so many `threads`. A cancelled wait leaves none behind."""

    def __init__(self, web: Web, threads: int) -> None:
        self._web = web
        self._line: ClientConnection | Stream | None = None
        self._closed = asyncio.Event()
        self._threads = ThreadPoolExecutor(threads, "dweb-client")

    async def run(self, steps: Steps[T]) -> T:
        """The result of steps without events. Raises ChatError."""
        walk = Walk(steps)
        try:
            while (step := walk.step) is not None:
                assert not isinstance(step, Event)
                await self._take(walk, step)
            return walk.result
        finally:
            walk.close()
            await self._hang_up()

    async def events(self, steps: Steps[None]) -> AsyncGenerator[Event, None]:
        """The events that the steps yield, until these end. Raises ChatError."""
        walk = Walk(steps)
        try:
            while (step := walk.step) is not None:
                if isinstance(step, Event):
                    yield step
                    walk.done()
                else:
                    await self._take(walk, step)
        finally:
            walk.close()
            await self._hang_up()

    def cut(self) -> None:
        """Cuts the connections as a network does."""
        self._web.cut()
        if isinstance(self._line, ClientConnection):
            self._line.transport.abort()

    async def aclose(self) -> None:
        self._closed.set()
        self._web.close()
        self.cut()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _take(self, walk: Walk[T], step: Step) -> None:
        try:
            if self._closed.is_set():
                raise Closed("this chat was closed")
            result = await self._perform(step)
        except ChatError as error:
            walk.failed(error)
        else:
            walk.done(result)

    async def _perform(self, step: Step) -> object:
        match step:
            case Request():
                return await self._in_thread(lambda: self._web.ask(step))
            case Pause():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closed.wait(), step.seconds)
            case Receive():
                return await self._receive()
            case Say():
                await self._say(step.text)
            case OpenSocket():
                await self._open_socket(step)
            case OpenStream():
                found = await self._in_thread(lambda: self._web.stream(step.request))
                self._line = found if isinstance(found, Stream) else None
                return Answer(200, {}, b"") if isinstance(found, Stream) else found
            case HangUp():
                await self._hang_up()
        return None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _open_socket(self, step: OpenSocket) -> None:
        web = self._web
        try:
            self._line = await connect(
                socket_url(web.url.geturl(), step.path), additional_headers=web.credentials.headers(), ssl=web.tls,
                proxy=None, compression=None, open_timeout=step.timeout, close_timeout=CLOSE_SECONDS,
                max_size=FRAME_BYTES, max_queue=QUEUE_FRAMES,
            )  # fmt: skip
        except InvalidStatus as error:
            raise refused_handshake(error) from error
        except (OSError, WebSocketException, EOFError) as error:
            raise Unreachable(f"{web.url.scheme}://{web.url.netloc}: {reason(error)}", False) from error

    async def _receive(self) -> str:
        line = self._line
        if isinstance(line, Stream):
            return await self._in_thread(line.line)
        try:
            assert line is not None
            return await line.recv(decode=True)
        except (OSError, WebSocketException) as error:
            raise Unreachable(lost(error)) from error

    async def _say(self, text: str) -> None:
        assert isinstance(self._line, ClientConnection)
        try:
            await self._line.send(text)
        except (OSError, WebSocketException) as error:
            raise Unreachable(lost(error)) from error

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if isinstance(line, Stream):
            self._web.cut()  # ends the thread that reads a line
            line.close()
        elif line is not None:
            with suppress(OSError, WebSocketException):
                await line.close()
