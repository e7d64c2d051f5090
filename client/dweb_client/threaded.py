"""Chat: the client for programs with threads. It blocks; each method may be called from any thread."""

import os
import ssl
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from . import calls, transfers
from .address import Attached, Source, clean_token, clean_url, opened, room_names
from .asking import TIMEOUT_SECONDS
from .blocking import Performer
from .errors import Closed
from .follower import Follower, Start
from .following import Via, follow
from .models import Event, File, Me, Person, Room, Sent
from .place import Place
from .steps import Steps, T
from .web import Credentials, Web


class Chat:
    """A Dweb server, for the account that the token is of.

    `timeout` is how long, in seconds, each call tries again while the server is away or asks to wait; None for ever.
    A call may have another one. All calls raise ChatError (see errors).
    """

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
        self._open: WeakSet[Performer] = WeakSet()
        self._calls = self._performer()

    @classmethod
    def sign_in(
        cls,
        url: str,
        account: str,
        password: str,
        *,
        timeout: float | None = TIMEOUT_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> Self:
        """A chat for a session instead of a token: it lasts until it is over, or the password is changed."""
        chat = cls(url, timeout=timeout, tls=tls)
        try:
            chat._calls.run(calls.sign_in(account, password, timeout))
        except BaseException:
            chat.close()
            raise
        return chat

    def send(
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
        """Sends a message to a room, without one to the lobby, or in private `to` a user's id. Returns its number.

        `files` are paths, or what upload() returned. Sends it again, with the same `cid`, until the server has
        answered. Raises Uncertain, with the `cid` to go on with, if it has not within the timeout.
        """
        ids = [(each if isinstance(each, File) else self.upload(each)).id for each in files]
        return self._calls.run(calls.send(text, room, to, reply, ids, cid, self._or(timeout)))

    def edit(self, seq: int, text: str, room: str | None = None) -> Sent:
        """Changes a message of one's own. The room is that of what send() returned, or the lobby."""
        return self._calls.run(calls.edit(seq, text, room, self._timeout))

    def delete(self, seq: int, room: str | None = None, *, reason: str | None = None) -> Sent:
        """Deletes a message: one's own, or as a moderator, with a `reason`, others'."""
        return self._calls.run(calls.delete(seq, room, reason, self._timeout))

    def events(
        self,
        rooms: Sequence[str] | None = None,
        *,
        start: Start = "beginning",
        place: str | os.PathLike[str] | None = None,
        via: Via = "socket",
        timeout: float | None = None,
    ) -> Generator[Event, None, None]:
        """The events of these rooms, without `rooms` of all that the account has: each once, in order, for ever.

        They start at the rooms' "beginning", with what comes from "now" on, or after a number for each room. With
        `place`, a file, they go on after the last event that the program was done with: it is when it asks for the
        next one, so whoever leaves the loop gets the event of that moment again. A lost connection and a restart of
        the server are bridged. If the server's history of a room was replaced, an event of the type "reset" comes,
        and the room begins again, as `start` says. A slow program makes the server wait, and loses nothing.

        Raises ChatError: Unreachable if there is no server within the timeout at first, NotSignedIn once the token
        has ended, Forbidden or NotFound for a room that is not, or no longer, the account's.
        """
        follower = Follower(room_names(rooms), start, Place(place) if place is not None else None)
        return self._events(follow(follower, via, self._or(timeout)))

    def _events(self, steps: Steps[None]) -> Generator[Event, None, None]:
        with closing(self._performer()) as performer, suppress(Closed):
            yield from performer.events(steps)

    def history(self, room: str = calls.LOBBY, *, after: int = 0) -> Generator[Event, None, None]:
        """The events of a room up to now, from its beginning or after a number, page by page."""
        return self._calls.events(calls.history(room, after, self._timeout))

    def latest(self, room: str = calls.LOBBY, count: int = 50) -> list[Event]:
        """The last events of a room, the oldest of them first."""
        return self._calls.run(calls.latest(room, count, self._timeout))

    def rooms(self, query: str = "") -> list[Room]:
        """The open rooms and one's own, or those with such words."""
        return self._calls.run(calls.rooms(query, self._timeout))

    def room(self, name: str) -> Room:
        return self._calls.run(calls.room(name, self._timeout))

    def join(self, name: str) -> None:
        """Becomes a member of an open room. A name that no room has makes one."""
        self._alone(calls.join(name, self._timeout))

    def make_room(
        self, title: str, name: str | None = None, *, kind: str = "open", topic: str | None = None,
        members: Sequence[int] = (),
    ) -> Room:  # fmt: skip
        """Makes a room ("open", "private", or "direct"). Asks for a token with the scope "manage"."""
        return self._calls.run(calls.make_room(title, name, kind, topic, members, self._timeout))

    def people(self, query: str = "") -> list[Person]:
        """Everybody by name, or at most 50 people with such a name."""
        return self._calls.run(calls.people(query, self._timeout))

    def me(self) -> Me:
        return self._alone(calls.me(self._timeout))

    def upload(self, source: Source, name: str | None = None) -> File:
        """Sends a file, in pieces, for a message: a path, or its bytes with a name. Raises OSError, too."""
        with opened(source, name) as (file, named, size):
            return self._calls.run(transfers.upload(file, named, size, self._timeout))

    def download(self, file: File | str, to: str | os.PathLike[str] | None = None) -> bytes:
        """The bytes of a file; with `to`, a path, they are written there, and none returned. Raises OSError, too."""
        file_id, name = (file.id, file.name) if isinstance(file, File) else (file, "")
        if to is None:
            found = BytesIO()
            self._calls.run(transfers.download(file_id, name, found, self._timeout))
            return found.getvalue()
        with Path(to).open("wb") as into:
            self._calls.run(transfers.download(file_id, name, into, self._timeout))
        return b""

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """Any other address of docs/wire.md that answers JSON: get("/members/", room="ops")."""
        return self._calls.run(calls.fetch(path, self._timeout, **query))

    def post(self, path: str, **fields: object) -> dict[str, Any]:
        """Likewise a POST. It is sent once, unless it surely did not arrive. Raises Uncertain, too."""
        return self._calls.run(calls.change(path, self._timeout, False, **fields))

    def drop_connections(self) -> None:
        """Cuts all connections as a bad network does; they are opened again. For tests."""
        for performer in list(self._open):
            performer.cut()

    def close(self) -> None:
        """Ends the loops over events in all threads, and closes the connections."""
        for performer in list(self._open):
            performer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _performer(self) -> Performer:
        performer = Performer(Web(self.url, self._credentials, self._tls))
        self._open.add(performer)
        return performer

    def _alone(self, steps: Steps[T]) -> T:
        """Runs steps that open a line."""
        with closing(self._performer()) as performer:
            return performer.run(steps)

    def _or(self, timeout: float | None) -> float | None:
        return self._timeout if timeout is None else timeout
