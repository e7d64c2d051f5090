"""Clients of GET /events/: streams that are read like sockets, one by one or as a crowd, and long polls."""

import json
import select
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from .crowd import HEADER_END, Member
from .server import Answer, Visitor


def path_of(**query: object) -> str:
    """`last` is a mapping, `rooms` a list or text."""
    if "last" in query:
        query["last"] = json.dumps(query["last"])
    return f"/events/?{urlencode(query)}"


class Event:
    """One server-sent event: its fields, and the JSON of its data."""

    def __init__(self, block: str) -> None:
        self.fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        self.id = self.fields.get("id")
        self.name = self.fields.get("event", "message")
        self.json: Any = json.loads(self.fields["data"]) if "data" in self.fields else None


class StreamMember(Member):
    """A stream among the members of a crowd, which has the same frames as a socket. `id` is the last one that came."""

    def __init__(self, person: Visitor, path: str = "/events/", headers: Mapping[str, str] = {}) -> None:
        self.id: str | None = None
        self.comments = 0
        self._seen = 0  # frames, by read_until()
        self.names: list[str] = []  # of the events that have one
        self.head = b""
        self._headers = {**headers}
        super().__init__(person, path)
        self._take(b"")  # what came with the head

    def _shake_hands(self) -> None:
        own = {name: self.person.headers[name] for name in ("Cookie", "Authorization") if name in self.person.headers}
        lines = [f"GET {self._path} HTTP/1.1", f"Host: 127.0.0.1:{self.person.server.port}"]
        lines += [f"{name}: {value}" for name, value in {**own, **self._headers}.items()]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = b""
        while HEADER_END not in head:
            data = self.sock.recv(4096)
            if not data:
                break
            head += data
        self.head, _, self._buffer = head.partition(HEADER_END)
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ConnectionError(head.decode(errors="replace"))

    def send(self, frame: dict[str, Any]) -> None:
        """Says nothing: a stream begins by itself."""

    def _frame(self, start: int, now: float) -> int | None:
        end = self._buffer.find(b"\n\n", start)
        if end < 0:
            return None
        block = self._buffer[start:end].decode()
        if block.startswith(":"):
            self.comments += 1
            return end + 2
        event = Event(block)
        self.id = event.id or self.id
        if event.json is not None:
            self.frames.append((now, event.json))
            self.count += event.json["type"] == 1
            if event.name != "message":
                self.names.append(event.name)
            if event.json["type"] == "close":
                self.close_code = event.json["code"]
        return end + 2

    def read_until(self, kind: object, timeout: float = 10) -> Any:
        """The next frame of this type, behind the one that was read last; others are passed over."""
        deadline = time.monotonic() + timeout
        while True:
            for _, frame in self.frames[self._seen :]:
                self._seen += 1
                if frame["type"] == kind:
                    return frame
            assert not self.ended, f"ended before {kind}: {self.frames[-3:]}"
            left = deadline - time.monotonic()
            assert left > 0, f"no {kind} among {self.frames[-3:]}"
            if select.select([self.sock], [], [], left)[0]:
                self.receive()

    def read_to_end(self, timeout: float = 10) -> None:
        deadline = time.monotonic() + timeout
        while not self.ended:
            left = deadline - time.monotonic()
            assert left > 0, "the stream goes on"
            if select.select([self.sock], [], [], left)[0]:
                self.receive()

    def __enter__(self) -> "StreamMember":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.sock.close()


def stream(person: Visitor, last_id: str | None = None, **query: object) -> StreamMember:
    """A stream that is live: everything that was missed has come."""
    member = StreamMember(person, path_of(**query), {} if last_id is None else {"Last-Event-ID": last_id})
    person.server.opened.append(member)
    member.read_until("ready")
    return member


def poll(person: Visitor, last_id: str | None = None, **query: object) -> Answer:
    headers = person.headers | ({} if last_id is None else {"Last-Event-ID": last_id})
    return person.server.get(path_of(**query), headers)


def polled(person: Visitor, seconds: int = 0, **query: Any) -> Iterator[dict[str, Any]]:
    """The events that come, poll by poll, until one has none."""
    last_id = None
    while True:
        answer = poll(person, last_id, wait=seconds, **({} if last_id else query)).json()
        last_id = answer["id"]
        if not answer["events"]:
            return
        yield from answer["events"]


class PollMember(StreamMember):
    """A poll among the members of a crowd."""

    is_in = True  # it has waited since its head came

    def _frame(self, start: int, now: float) -> int | None:
        return None

    def receive(self) -> None:
        super().receive()
        if self.ended and self._buffer:
            told = json.loads(self._buffer)
            self.frames += [(time.monotonic(), event) for event in told["events"]]
            self.id = told["id"]
