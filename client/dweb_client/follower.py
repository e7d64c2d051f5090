"""Follows rooms: takes the frames that a server sends, and says which events are the next ones. Does no I/O.

An event is the next one of its room if its number follows the cursor, the number of the last event. What is not above
the cursor is dropped; if a number is missing, the rooms must be resumed after their cursors.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from .errors import refused
from .models import Event
from .place import Place

Start = Literal["beginning", "now"] | Mapping[str, int]
Frame = Mapping[str, Any]
PRIVATE = "@"  # begins the names of private chats
WHOLE_ID_CHARS = 2_000  # an id of over 4 KB leaves rooms out


class Follower:
    """The cursors of the rooms that are followed: `rooms`, or all of the user's.

    `start` says where a room begins of which `place` knows nothing: at its "beginning", "now", or after these numbers
    (rooms without a number: at their beginning). `is_stale` is True once the rooms must be resumed.
    """

    def __init__(self, rooms: Sequence[str] | None, start: Start, place: Place | None) -> None:
        if isinstance(start, str) and start not in ("beginning", "now"):
            raise ValueError('start is "beginning", "now", or a mapping of rooms to numbers')
        self.rooms = None if rooms is None else tuple(dict.fromkeys(rooms))
        if self.rooms == ():
            raise ValueError("name a room, or leave `rooms` out for all of them")
        self._is_live = start == "now"
        self._place = place
        self.epoch = place.epoch if place else None
        known = place.rooms if place else {}
        self._was_here = bool(known)  # so a private chat that is new has begun meanwhile
        self.opened()
        begun = {} if self._is_live or self.rooms is None else dict.fromkeys(self.rooms, 0)
        cursors = {**begun, **(start if isinstance(start, Mapping) else {}), **known}
        # Rooms that begin now have none until the server has said where they are.
        self.cursors = {room: seq for room, seq in cursors.items() if self.wants(room)}

    def wants(self, room: str) -> bool:
        return self.rooms is None or room in self.rooms

    def opened(self) -> None:
        """A connection was opened, which resumes the rooms."""
        self._heads: dict[str, int] = {}  # of the user's rooms: the last numbers, when the greeting was made
        self._restarted: set[str] = set()  # the program knows that these begin again
        self._missing: list[str] = []  # rooms that are not the user's, though they are to be followed
        self.last_id: str | None = None  # of a poll: with it, rooms that turn up between two polls count, too
        self._unasked = False  # a room turned up whose beginning was not asked for
        self.is_stale = self.is_ready = False

    def hello(self) -> dict[str, Any]:
        """The frame that resumes the rooms after their cursors."""
        epoch = {"epoch": self.epoch} if self.epoch is not None else {}
        return {"type": "hello", "last": self.cursors, **epoch}

    def save(self) -> None:
        """The program is done with the last event."""
        if self._place:
            self._place.save(self.epoch, self.cursors)

    def receive(self, frame: Frame) -> list[Event]:
        """The events that are the next ones. Raises Refused if a room cannot be followed."""
        kind, data = frame.get("type"), frame.get("data")
        if isinstance(data, Mapping) and "seq" in data:
            return self._event(frame, data["room"], data["seq"])
        if kind == 0:
            return self._greeted(frame)
        if kind == "rooms":
            self._list(frame)
        elif kind == "room":
            self._room(frame)
        elif kind == "reset":
            return self._reset(frame["room"])
        elif kind == "error":
            self._refused(frame["error"])
        elif kind == "ready":
            self._ready()
        return []

    def _event(self, frame: Frame, room: str, seq: int) -> list[Event]:
        if self.is_stale or self._missing or not self.wants(room):
            return []
        cursor = self.cursors.get(room)
        if cursor is None and not self._is_live:
            cursor = self.cursors[room] = 0  # a private chat that was just begun
        if cursor is not None and seq != cursor + 1:
            self.is_stale = seq > cursor
            return []
        self.cursors[room] = seq
        return [Event.of_frame(frame)]

    def _greeted(self, frame: Frame) -> list[Event]:
        events = self._take_epoch(frame["epoch"])
        self._list(frame)
        return events

    def _take_epoch(self, epoch: str) -> list[Event]:
        """Takes the epoch of the server's numbers. In another one than before, all rooms begin again."""
        before, self.epoch = self.epoch, epoch
        if before in (None, epoch):
            return []
        self._restarted = set(self.cursors)
        self.is_stale = not self._is_live
        return [self._restart(room) for room in sorted(self._restarted)]

    def _reset(self, room: str) -> list[Event]:
        """The server cannot go on after the cursor of a room: it sends what comes from now on."""
        if room in self._restarted or not self.wants(room):
            return []
        if room not in self.cursors:  # it became the user's between two polls; the end of the answer has its number
            return []
        if self._is_live or not self.cursors.get(room):
            event = self._restart(room)
            self.cursors[room] = self._heads.get(room, 0)  # what came before is gone
            return [event]
        self.is_stale = True
        return [self._restart(room)]

    def _restart(self, room: str) -> Event:
        if self._is_live:
            self.cursors.pop(room, None)
        else:
            self.cursors[room] = 0
        return Event("reset", room, 0)

    def _list(self, frame: Frame) -> None:
        """Takes the list of the user's rooms, or a part of it."""
        for room in frame["rooms"]:
            self._take_room(room["room"], room["seq"])
        if not frame.get("more"):
            self._missing = [room for room in self.rooms or () if room not in self._heads]

    def _room(self, frame: Frame) -> None:
        room = frame["room"]
        if frame["joined"]:
            if room not in self._heads:
                self._take_room(room, frame["seq"])
                self.is_stale = self.is_stale or self.cursors.get(room, 0) < frame["seq"]
            return
        self._heads.pop(room, None)
        if self.rooms is not None and room in self.rooms:
            raise refused("forbidden", f"this account is not in the room “{room}” any more")

    def _take_room(self, room: str, head: int) -> None:
        """A room is the user's; `head` is its last number."""
        self._heads[room] = head
        if self.wants(room) and room not in self.cursors:
            begins_now = self._is_live and not (self._was_here and room.startswith(PRIVATE))
            self.cursors[room] = head if begins_now else 0
            self._unasked = self._unasked or self.cursors[room] < head

    def _refused(self, code: str) -> None:
        """The server has refused to resume rooms; of others than those that are followed it does not matter."""
        if self._missing:
            why = "join it first" if code == "forbidden" else "there is none, or it is for others"
            raise refused(code, f"this account is not in the room “{self._missing[0]}”: {why}")

    def _ready(self) -> None:
        """All rooms were listed, and those that were asked for are live."""
        self._refused("not_found")
        self.is_ready = self._was_here = True
        self.is_stale = self.is_stale or self._unasked

    def polled(self, answer: Frame) -> Iterator[Event]:
        """The next events in the answer to a long poll, one after the other, as the program asks for them."""
        come = Counter(frame["data"]["room"] for frame in answer["events"])
        self._heads |= {room: last - come[room] for room, last in answer["last"].items()}
        yield from self._take_epoch(answer["epoch"])
        for room in answer.get("reset", ()):
            yield from self._reset(room)
        for frame in answer["events"]:
            yield from self.receive(frame)
        for room, head in answer["last"].items():
            self._take_room(room, head)
        self.is_ready = self._was_here = True
        self._restarted = set()
        is_there = self.cursors == answer["last"] and len(answer["id"]) < WHOLE_ID_CHARS
        self.last_id = answer["id"] if is_there else None
