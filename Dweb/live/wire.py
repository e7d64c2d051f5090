"""The JSON events of the socket, both ways: what is said, never who may say it."""

import json
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NamedTuple

from websockets.frames import Frame, Opcode


class CloseCode:
    """The close codes that this application sends: IANA's 1012 and 1013, and its own (RFC 6455 section 7.4.2)."""

    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    TOO_SLOW = 4000
    SIGNED_OUT = 4001
    ACCOUNT_CLOSED = 4002
    TOO_MANY_SOCKETS = 4003


class Kind(IntEnum):
    """What an entry of the log is: a message, or what happened to one."""

    MESSAGE = 1
    EDIT = 2
    DELETION = 3


class Event(NamedTuple):
    """One entry of a room's log, as the hub and the history hand it around.

    An edit carries the text that it leaves its message with. A message without text was deleted.
    """

    room: str
    seq: int
    id: int
    userid: int
    user: str
    text: str
    time: datetime
    userto: int | None = None
    cid: str | None = None
    reply: int | None = None
    kind: int = Kind.MESSAGE
    of: int | None = None
    edited: datetime | None = None

    def as_json(self, reader: int | None = None) -> dict[str, Any]:
        """The event as `reader` (a user id) sees it: only its sender sees the `cid`."""
        message = self.kind == Kind.MESSAGE
        data = self._message() if message else self._change()
        if self.cid is not None and reader == self.userid:
            data["cid"] = self.cid
        return {"type": 1 if message else "edit" if self.kind == Kind.EDIT else "delete", "data": data}

    def _message(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "msg": self.text,
            "user": self.user,
            "userid": self.userid,
            "room": self.room,
            "seq": self.seq,
            "id": self.id,
            "time": _iso(self.time),
        }
        if self.userto is not None:
            data["userto"] = self.userto
        if self.reply is not None:
            data["reply"] = self.reply
        if self.edited is not None:
            data["edited"] = _iso(self.edited)
        if not self.text:
            data["deleted"] = True
        return data

    def _change(self) -> dict[str, Any]:
        data: dict[str, Any] = {"room": self.room, "seq": self.seq, "of": self.of, "time": _iso(self.time)}
        if self.kind == Kind.EDIT:
            data["msg"] = self.text
        return data


class Misunderstood(ValueError):
    """A frame from a client that is not one of ours; the text says what is wrong with it, in English."""


def gettext_noop(sentence: str) -> str:
    """Marks a sentence that is translated later, where the reader's language is known."""
    return sentence


def encode(event: dict[str, Any], **members: str) -> bytes:
    """One server frame: unmasked (RFC 6455 section 5.1), so the same bytes serve everyone.

    `members` are further ones whose values are JSON already.
    """
    payload = as_json(event)
    for name, value in members.items():
        payload = f'{payload[:-1]},"{name}":{value}}}'
    return Frame(Opcode.TEXT, payload.encode()).serialize(mask=False)


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parse(message: bytes, binary: bool = False) -> dict[str, Any]:
    """A client's frame as a mapping with a `type`. Raises Misunderstood."""
    if binary:
        raise Misunderstood(gettext_noop("Frames are JSON text, not binary."))
    if message.strip() == b"test":
        return {"type": "hello"}
    try:
        frame = json.loads(message, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Misunderstood(gettext_noop("This frame is not JSON.")) from None
    if not isinstance(frame, dict):
        raise Misunderstood(gettext_noop("A frame is a JSON object with a type."))
    kind = frame.get("type")
    if isinstance(kind, int) and not isinstance(kind, bool):
        kind = frame["type"] = str(kind)
    if not isinstance(kind, str):
        raise Misunderstood(gettext_noop('A frame needs a type, such as "1" or "hello".'))
    return frame


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_text(value: object) -> bool:
    """True for text that can be sent on: JSON can smuggle in halves of surrogate pairs, which are no text."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def direct_room(one: int, other: int) -> str:
    """The name of the room of two people: ids in order."""
    low, high = sorted((one, other))
    return f"@{low}.{high}"


def is_direct(room: str) -> bool:
    return room.startswith("@")


def direct_users(room: str) -> tuple[int, int] | None:
    """The two people of a direct room; None for any other room."""
    if not is_direct(room):
        return None
    low, _, high = room[1:].partition(".")
    return int(low), int(high)
