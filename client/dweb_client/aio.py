"""AsyncChat: the client for asyncio. Sockets are asyncio's; requests over HTTP wait in threads of its own."""

import os
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from . import calls, transfers
from .address import Attached, Source, clean_token, clean_url, opened, room_names
from .asking import TIMEOUT_SECONDS
from .awaiting import AsyncPerformer
from .errors import Closed
from .follower import Follower, Start
from .following import Via, follow
from .models import Event, File, Me, Person, Room, Sent
from .place import Place
from .steps import Steps, T
from .web import Credentials, Web

CALLS_AT_ONCE = 4  # over HTTP; further ones wait


class AsyncChat:
    """As Chat, for asyncio: its methods are awaited, and events() and history() are for `async for`."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        timeout: float | None = TIMEOUT_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.url = clean_url(url)
        self._timeout = timeout
        self._credentials = Credentials(None if token is None else clean_token(token))
        self._tls = tls
        self._open: WeakSet[AsyncPerformer] = WeakSet()
        self._calls = self._performer(CALLS_AT_ONCE)

    @classmethod
    async def sign_in(
        cls,
        url: str,
        account: str,
        password: str,
        *,
        timeout: float | None = TIMEOUT_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> Self:
        """See Chat.sign_in."""
        chat = cls(url, timeout=timeout, tls=tls)
        try:
            await chat._calls.run(calls.sign_in(account, password, timeout))
        except BaseException:
            await chat.close()
            raise
        return chat

    async def send(
        self,
        text: str = "",
        room: str | None = None,
        *,
        to: int | None = None,
        reply: int | None = None,
        files: Sequence[Attached] = (),
        cid: str | None = None,
        timeout: float | None = None,
    ) -> Sent:
        """See Chat.send."""
        ids = [(each if isinstance(each, File) else await self.upload(each)).id for each in files]
        return await self._calls.run(calls.send(text, room, to, reply, ids, cid, self._or(timeout)))

    async def edit(self, seq: int, text: str, room: str | None = None) -> Sent:
        return await self._calls.run(calls.edit(seq, text, room, self._timeout))

    async def delete(self, seq: int, room: str | None = None, *, reason: str | None = None) -> Sent:
        return await self._calls.run(calls.delete(seq, room, reason, self._timeout))

    def events(
        self,
        rooms: Sequence[str] | None = None,
        *,
        start: Start = "beginning",
        place: str | os.PathLike[str] | None = None,
        via: Via = "socket",
        timeout: float | None = None,
    ) -> AsyncGenerator[Event, None]:
        """See Chat.events. Who cancels the task that waits ends the connection, too."""
        follower = Follower(room_names(rooms), start, Place(place) if place is not None else None)
        return self._events(follow(follower, via, self._or(timeout)))

    async def _events(self, steps: Steps[None]) -> AsyncGenerator[Event, None]:
        async with aclosing(self._performer(1)) as performer, aclosing(performer.events(steps)) as events:
            with suppress(Closed):
                async for event in events:
                    yield event

    def history(self, room: str = calls.LOBBY, *, after: int = 0) -> AsyncGenerator[Event, None]:
        """See Chat.history."""
        return self._calls.events(calls.history(room, after, self._timeout))

    async def latest(self, room: str = calls.LOBBY, count: int = 50) -> list[Event]:
        return await self._calls.run(calls.latest(room, count, self._timeout))

    async def rooms(self, query: str = "") -> list[Room]:
        return await self._calls.run(calls.rooms(query, self._timeout))

    async def room(self, name: str) -> Room:
        return await self._calls.run(calls.room(name, self._timeout))

    async def join(self, name: str) -> None:
        await self._alone(calls.join(name, self._timeout))

    async def make_room(
        self, title: str, name: str | None = None, *, kind: str = "open", topic: str | None = None,
        members: Sequence[int] = (),
    ) -> Room:  # fmt: skip
        return await self._calls.run(calls.make_room(title, name, kind, topic, members, self._timeout))

    async def people(self, query: str = "") -> list[Person]:
        return await self._calls.run(calls.people(query, self._timeout))

    async def me(self) -> Me:
        return await self._alone(calls.me(self._timeout))

    async def upload(self, source: Source, name: str | None = None) -> File:
        with opened(source, name) as (file, named, size):
            return await self._calls.run(transfers.upload(file, named, size, self._timeout))

    async def download(self, file: File | str, to: str | os.PathLike[str] | None = None) -> bytes:
        file_id, name = (file.id, file.name) if isinstance(file, File) else (file, "")
        if to is None:
            found = BytesIO()
            await self._calls.run(transfers.download(file_id, name, found, self._timeout))
            return found.getvalue()
        with Path(to).open("wb") as into:
            await self._calls.run(transfers.download(file_id, name, into, self._timeout))
        return b""

    async def get(self, path: str, **query: object) -> dict[str, Any]:
        return await self._calls.run(calls.fetch(path, self._timeout, **query))

    async def post(self, path: str, **fields: object) -> dict[str, Any]:
        return await self._calls.run(calls.change(path, self._timeout, False, **fields))

    def drop_connections(self) -> None:
        for performer in list(self._open):
            performer.cut()

    async def close(self) -> None:
        """Closes the connections, and ends the loops over events."""
        for performer in list(self._open):
            await performer.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    def _performer(self, threads: int) -> AsyncPerformer:
        performer = AsyncPerformer(Web(self.url, self._credentials, self._tls), threads)
        self._open.add(performer)
        return performer

    async def _alone(self, steps: Steps[T]) -> T:
        async with aclosing(self._performer(1)) as performer:
            return await performer.run(steps)

    def _or(self, timeout: float | None) -> float | None:
        return self._timeout if timeout is None else timeout
