"""Messages that flow while something else is tried: people write and read on real servers, each in a thread."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from itertools import count, cycle
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from .server import Visitor

PAUSE_SECONDS = 0.02  # between two messages of one person


class Reader:
    """All that a socket is sent, in a thread of its own: `frames`, and once it is closed the code of that."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.closed: tuple[float, int | None] | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while True:
                self.frames.append(json.loads(self.socket.recv()))
        except ConnectionClosed as closed:
            self.closed = time.time(), closed.rcvd.code if closed.rcvd else None

    def seqs(self, room: str) -> list[int]:
        """The numbers of the room's events, as they came."""
        return seqs_of(self.frames, room)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]


def seqs_of(frames: Sequence[dict[str, Any]], room: str) -> list[int]:
    return [frame["data"]["seq"] for frame in list(frames) if frame.get("data", {}).get("room") == room]


class Flow:
    """Runs work again and again, each in a thread of its own, until the end of the `with`. Its faults end there."""

    def __init__(self, *works: Callable[[], object]) -> None:
        self._works = works
        self._over = threading.Event()
        self._stack = ExitStack()
        self.faults: list[Exception] = []

    def __enter__(self) -> "Flow":
        for work in self._works:
            thread = threading.Thread(target=self._run, args=[work], daemon=True)
            thread.start()
            self._stack.callback(thread.join, 30)
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._stack.close()
        if self.faults and exc == (None, None, None):
            raise self.faults[0]

    def _run(self, work: Callable[[], object]) -> None:
        try:
            while not self._over.wait(PAUSE_SECONDS):
                work()
        except Exception as fault:
            self.faults.append(fault)


def speaking(visitors: Sequence[Visitor], rooms: Sequence[str]) -> Callable[[], object]:
    """A person writes into these rooms in turn, at each server in turn."""
    where = zip(cycle(visitors), (room for room in cycle(rooms) for _ in visitors), count(), strict=False)

    def speak() -> None:
        visitor, room, number = next(where)
        visitor.say(f"words {number}", room=room)

    return speak


def trying(sockets: Sequence[ClientConnection], room: str) -> Callable[[], object]:
    """A person writes into a room from each of their sockets in turn, whatever is answered."""
    where = zip(cycle(sockets), count(), strict=False)

    def attempt() -> None:
        socket, number = next(where)
        with suppress(ConnectionClosed):
            socket.send(json.dumps({"type": "1", "room": room, "txt": f"mine {number}"}))

    return attempt


def returning(visitor: Visitor, room: str, seen: list[list[dict[str, Any]]]) -> Callable[[], object]:
    """A person comes back and asks for a room from its first event on; `seen` has the frames of each time."""

    def come_back() -> None:
        with visitor.connect() as socket:
            socket.send(json.dumps({"type": "hello", "last": {room: 0}}))
            frames: list[dict[str, Any]] = []
            while not frames or frames[-1]["type"] != "ready":
                frames.append(json.loads(socket.recv(timeout=10)))
            seen.append(frames)

    return come_back
