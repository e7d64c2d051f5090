"""Server-sent events: what clients get that have no WebSocket. Made of the frames of those that have one.

The text of a frame stands in the `data` of an event. The id of an event of a log names the last number that the client
got in each of its rooms: a client that comes back sends the last id that it got.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import quote, unquote

from websockets.frames import Opcode

from .framed import Framed
from .wire import as_json

CONTENT_TYPE = "text/event-stream; charset=utf-8"
COMMENT = b":\n\n"
ID_BYTES = 2 * 1024  # each event has one; servers and proxies take a header of 8 KiB
RESET = b"event: reset\n"  # names the one event that is no "message"
CUT = "+"  # behind the epoch, in the id of a client that is in more rooms than an id names
ID = re.compile(r"([0-9A-Za-z]{1,32})(\+?)((?: [^ :]{1,800}:\d{1,19})*)")
UNQUOTED = "@~"  # of names of rooms; letters, digits, `-`, `.`, `_` and `~` are never quoted


class Place(NamedTuple):
    """Where a client was: the last number that it got in each room, of those numbers the epoch.

    `is_whole` is False if it was in further rooms.
    """

    epoch: str
    cursors: Mapping[str, int]
    is_whole: bool


def place_of(id: str) -> Place | None:
    """The place that an id names; None if it is none."""
    match = ID.fullmatch(id)
    if match is None:
        return None
    named = (each.split(":") for each in match[3].split())
    return Place(match[1], {unquote(room): int(seq) for room, seq in named}, not match[2])


def mark(room: str, seq: int) -> bytes:
    """The part of an id that is about one room."""
    return b"%b:%d" % (_quoted(room), seq)


@lru_cache(10_000)
def _quoted(room: str) -> bytes:
    return quote(room, UNQUOTED).encode()


def id_of(epoch: str, marks: Collection[bytes]) -> bytes:
    """The id with these parts, those of the newest events last. Of too many, the first ones are left out."""
    id = b" ".join((epoch.encode(), *marks))
    if len(id) <= ID_BYTES:
        return id
    sizes = accumulate(len(each) + 1 for each in reversed([*marks]))
    named = sum(size < ID_BYTES - len(epoch) - len(CUT) for size in sizes)
    return b" ".join((f"{epoch}{CUT}".encode(), *[*marks][len(marks) - named :]))


@lru_cache(1)
def alone(epoch: str) -> bytes:
    """The beginning of an id of one room. One object for all of its clients: the text of events is one, too."""
    return b"%b " % epoch.encode()


class RoomEvents:
    """Events of one room, ascending, for all clients without a WebSocket: `payloads` have their JSON.

    `mark` is the room's part of the id of the last one. From that part on, an event is the same for everyone.
    """

    __slots__ = ("_begin", "_ends", "_text", "mark", "numbers", "payloads", "room")

    def __init__(self, framed: Sequence[Framed], frames: bytes) -> None:
        """`frames` are those of `framed` as a client with a WebSocket gets them."""
        self.room = framed[0][0].room
        self.numbers = [event.seq for event, _ in framed]
        self.payloads = [payload for _, payload in opened(frames)]
        self.mark = mark(self.room, self.numbers[-1])
        self._ends: list[bytes] | None = None
        self._begin: bytes | None = None
        self._text = b""

    def text(self, begin: bytes) -> bytes:
        """The events for a client whose ids begin so."""
        if begin is not self._begin:  # most clients are in one room
            if self._ends is None:
                numbered = zip(self.numbers, self.payloads, strict=True)
                self._ends = [b"%b\ndata: %b\n\n" % (mark(self.room, seq), data) for seq, data in numbered]
            self._text = b"".join(b"id: %b%b" % (begin, end) for end in self._ends)
            self._begin = begin
        return self._text


def opened(frames: bytes) -> Iterator[tuple[int, bytes]]:
    """The opcode and the payload of each of these whole frames of the server."""
    start = 0
    while start < len(frames):
        length, begin = frames[start + 1], start + 2
        if length > 125:
            begin += 2 if length == 126 else 8
            length = int.from_bytes(frames[start + 2 : begin], "big")
        yield frames[start] & 0x0F, frames[begin : begin + length]
        start = begin + length


def translated(frames: bytes) -> bytes:
    """Frames as events without an id; a ping is a comment, and what closes the connection is an event, too."""
    return b"".join(_event(opcode, payload) for opcode, payload in opened(frames))


def _event(opcode: int, payload: bytes) -> bytes:
    if opcode == Opcode.PING:
        return COMMENT
    if opcode == Opcode.CLOSE:
        code, reason = int.from_bytes(payload[:2], "big"), payload[2:].decode()
        payload = as_json({"type": "close", "code": code, "reason": reason}).encode()
    return b"%bdata: %b\n\n" % (RESET if payload.startswith(b'{"type":"reset"') else b"", payload)
