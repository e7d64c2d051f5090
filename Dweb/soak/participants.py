"""The participants: receivers record the messages that come, senders the messages that were acknowledged.

Each participant runs in a thread of its own; other threads read its records once it has ended.
"""

import json
import random
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from .person import NoAnswerError, Person

PAUSE_SECONDS = 0.2
ANSWER_SECONDS = 10
FILE_EVERY = 5  # messages over HTTP
FILE_BYTES = 400_000  # more than a request has in memory


class Participant(threading.Thread):
    """A user in the room, whose connection is opened again whenever it ends."""

    def __init__(self, person: Person, room: str) -> None:
        super().__init__(daemon=True)
        self._person = person
        self._room = room
        self._connection: ClientConnection | None = None
        self._stopping = threading.Event()

    def cut(self) -> None:
        """Cuts the connection without a close frame."""
        connection = self._connection
        if connection is not None:
            with suppress(OSError):
                connection.socket.shutdown(2)

    def stop(self) -> None:
        self._stopping.set()
        self.cut()

    def _connect(self) -> ClientConnection:
        """Opens a connection. Raises OSError or websockets' exceptions."""
        connection = self._person.connect()
        self._connection = connection
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Receiver(Participant):
    """Receives the room's messages, and resumes after each cut.

    `seen` has the numbers and texts of messages in the order in which they came; `arrived` maps a number to the time
    and the server at which it came, and `files` maps one to the id of its file.
    """

    def __init__(self, person: Person, room: str) -> None:
        super().__init__(person, room)
        self.seen: list[tuple[int, str]] = []
        self.arrived: dict[int, tuple[float, int]] = {}
        self.files: dict[int, str] = {}
        self.ready = threading.Event()

    @property
    def last(self) -> int:
        return self.seen[-1][0] if self.seen else 0

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen(self._connect())
            except (OSError, WebSocketException):
                self._person.move()
                self._stopping.wait(PAUSE_SECONDS * random.random())  # noqa: S311 - jitter
            finally:
                self._drop()

    def _listen(self, connection: ClientConnection) -> None:
        connection.send(json.dumps({"type": "hello", "last": {self._room: self.last}}))
        for text in connection:
            frame = json.loads(text)
            if frame["type"] == 1 and frame["data"]["room"] == self._room:
                self.seen.append((frame["data"]["seq"], frame["data"]["msg"]))
                self.arrived[frame["data"]["seq"]] = (time.monotonic(), self._person.at)
                for file in frame["data"].get("files", ()):
                    self.files[frame["data"]["seq"]] = file["id"]
            elif frame["type"] == "ready":
                self.ready.set()


class Sender(Participant):
    """Sends messages, each one again until a server acknowledges it.

    `acknowledged` has the numbers and texts of these messages; `accepted` maps a number to the server, and `digests` to
    the SHA-256 of its file. Over HTTP every FILE_EVERY-th message has one.
    """

    def __init__(self, person: Person, room: str, seconds_apart: float, over_socket: bool) -> None:
        super().__init__(person, room)
        self.acknowledged: list[tuple[int, str]] = []
        self.accepted: dict[int, int] = {}
        self.digests: dict[int, str] = {}
        self.answered: list[float] = []  # times on the monotonic clock
        self.finished = False
        self._apart = seconds_apart
        self._is_over_socket = over_socket
        self._send: Callable[[str, str], int] = self._over_socket if over_socket else self._over_http
        self._file: bytes | None = None  # of the message that is being sent
        self._file_id = ""

    def stop(self) -> None:
        """Stops after the message that is being sent."""
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.wait(self._apart * random.uniform(0.5, 1.5)):  # noqa: S311 - jitter
            cid = secrets.token_hex(8)
            if not self._is_over_socket and not len(self.acknowledged) % FILE_EVERY:
                self._file, self._file_id = secrets.token_bytes(FILE_BYTES), ""
            self._until_acknowledged(f"message {cid}", cid)
        self._drop()
        self._person.close()
        self.finished = True

    def _until_acknowledged(self, text: str, cid: str) -> None:
        while True:
            try:
                number = self._send(text, cid)
            except (NoAnswerError, OSError, WebSocketException):
                self._drop()
                self._person.move()
                time.sleep(PAUSE_SECONDS)
                continue
            self.acknowledged.append((number, text))
            self.accepted[number] = self._person.at
            if self._file is not None:
                self.digests[number] = sha256(self._file).hexdigest()
                self._file, self._file_id = None, ""
            self.answered.append(time.monotonic())
            return

    def _over_http(self, text: str, cid: str) -> int:
        if self._file is not None and not self._file_id:
            self._file_id = self._person.upload(self._file)
        return self._person.post(self._room, text, cid, self._file_id)

    def _over_socket(self, text: str, cid: str) -> int:
        connection = self._connection or self._connect()
        connection.send(json.dumps({"type": "1", "room": self._room, "txt": text, "cid": cid}))
        while True:
            frame = json.loads(connection.recv(timeout=ANSWER_SECONDS))
            if frame.get("cid") == cid:
                if frame["type"] != "ack":
                    raise NoAnswerError(frame.get("detail", ""))
                return int(frame["seq"])
