"""What a program gets: events, files, rooms and people. `data` has the JSON of the wire (docs/wire.md) as it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

Data = Mapping[str, Any]
MESSAGE = 1  # the `type` of a message on the wire


class Sent(int):
    """The number of a message in its room (`seq`), which is an int. `room` and `id` come with it."""

    room: str
    id: int

    @classmethod
    def of(cls, answer: Data) -> Self:
        sent = cls(answer["seq"])
        sent.room, sent.id = answer["room"], answer["id"]
        return sent


@dataclass(frozen=True, slots=True)
class File:
    """A file: of a message, or one that was uploaded for one. `size` is in bytes."""

    id: str
    name: str
    size: int
    type: str
    data: Data = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, data: Data) -> Self:
        return cls(data["id"], data["name"], data["size"], data.get("type", ""), data)


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a room. `seq` counts a room's events from 1 without gaps.

    `type` is "message", "edit", "delete", "notice", or "reset": the server's history of this room was replaced, by a
    backup say, and `seq` is 0; the room's events begin anew. Further types may come: pass over them. An edit and a
    deletion have the number of their message in `of`. `is_own` is True for what this account sent with a `cid`, as
    this package does.
    """

    type: str
    room: str
    seq: int
    time: datetime | None = None
    id: int = 0
    userid: int = 0
    user: str = ""
    text: str = ""
    of: int | None = None
    reply: int | None = None
    files: tuple[File, ...] = ()
    is_deleted: bool = False
    is_own: bool = False
    data: Data = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of_frame(cls, frame: Data) -> Self:
        data = frame["data"]
        return cls(
            "message" if frame["type"] == MESSAGE else str(frame["type"]),
            data["room"],
            data["seq"],
            datetime.fromisoformat(data["time"]) if data.get("time") else None,
            data.get("id", 0),
            data.get("userid") or data.get("by") or 0,
            data.get("user", ""),
            data.get("msg", ""),
            data.get("of"),
            data.get("reply"),
            tuple(File.of(each) for each in data.get("files", ())),
            bool(data.get("deleted")),
            "cid" in data,
            data,
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A room. `kind` is "lobby", "open", "private" or "direct"; `members` is how many there are."""

    name: str
    title: str
    kind: str
    topic: str = ""
    joined: bool = True
    members: int = 0
    data: Data = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, data: Data) -> Self:
        joined = data.get("joined", bool(data.get("role")))
        kind, topic = data.get("kind", ""), data.get("topic", "")
        return cls(data["room"], data.get("title", ""), kind, topic, joined, data.get("members", 0), data)


@dataclass(frozen=True, slots=True)
class Person:
    """A user; `name` is the one that people read."""

    userid: int
    name: str
    online: bool = False

    @classmethod
    def of(cls, data: Data) -> Self:
        return cls(data["userid"], data["username"], bool(data.get("online")))


@dataclass(frozen=True, slots=True)
class Me:
    """The account for which the program acts."""

    userid: int
    name: str
