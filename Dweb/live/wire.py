"""The JSON that the server sends: the events of the log, and how a frame is encoded."""

import json
from collections.abc import Callable, Mapping, Sequence, Set
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
    """The kinds of events in a log. Each has a line in FORMS below, and in log.transaction if it changes a message."""

    MESSAGE = 1
    EDIT = 2
    DELETION = 3
    NOTICE = 4


SHOWN_AS = ("as", "icon")  # of a webhook's message: a name beside its own, and an emoji
FILE_CHARS = 200  # of a file in an event's JSON, beside its name


class Event(NamedTuple):
    """One event of a room's log, as the log, the bus and the hub pass it on.

    An edit carries the text that its message has now. A message with neither text nor files was deleted; `data` has
    who did that and why, if it was not its author. Else it has the `files` of a message, the name and the icon `as`
    which a webhook's was sent, and what a notice tells. `bot` is true if its user is no person.
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
    data: dict | None = None
    bot: bool = False

    @property
    def files(self) -> Sequence[dict[str, Any]]:
        """The files of a message: each its id, name, size (bytes) and type, and a picture its width and height."""
        return self.data.get("files", ()) if self.data else ()

    @property
    def is_deleted(self) -> bool:
        """True for a message that was deleted."""
        return not self.text and not self.files

    @property
    def chars(self) -> int:
        """About how many characters its JSON has beside those of every event; pages and prices count them."""
        return len(self.text) + sum(FILE_CHARS + len(file["name"]) for file in self.files)

    @property
    def removes(self) -> int | None:
        """The user who is no member of the room after this event."""
        if self.kind != Kind.NOTICE or self.data is None or self.data["what"] != "removed":
            return None
        user_id: int = self.data["userid"]
        return user_id

    def as_json(self, reader: int | None = None) -> dict[str, Any]:
        """The event as `reader` (a user id) sees it: only its sender sees the `cid`."""
        name, form = FORMS.get(self.kind, OTHER)
        data = form(self)
        if self.cid is not None and reader == self.userid:
            data["cid"] = self.cid
        return {"type": name, "data": data}


def _message(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = {
        "msg": event.text,
        "user": event.user,
        "userid": event.userid,
        "room": event.room,
        "seq": event.seq,
        "id": event.id,
        "time": iso(event.time),
    }
    if event.bot:
        data["bot"] = True
    if event.userto is not None:
        data["userto"] = event.userto
    if event.reply is not None:
        data["reply"] = event.reply
    if event.edited is not None:
        data["edited"] = iso(event.edited)
    if event.files:
        data["files"] = [file_as_json(file) for file in event.files]
    if event.is_deleted:
        data |= {"deleted": True, **(event.data or {})}
    elif event.data:
        data |= {name: event.data[name] for name in SHOWN_AS if name in event.data}
    return data


def file_as_json(file: dict[str, Any]) -> dict[str, Any]:
    """A file of a message; of a picture with the address of its preview."""
    return file | {"preview": f"/files/{file['id']}/preview"} if "width" in file else file


def _edit(event: Event) -> dict[str, Any]:
    return _deletion(event) | {"msg": event.text}


def _deletion(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = {"room": event.room, "seq": event.seq, "of": event.of, "time": iso(event.time)}
    return data | event.data if event.data else data


def _notice(event: Event) -> dict[str, Any]:
    told = {"room": event.room, "seq": event.seq, "id": event.id, "time": iso(event.time)}
    return told | {"by": event.userid, "user": event.user, **(event.data or {})}


# Each kind's `type` on the wire, and the function that makes its `data`.
FORMS: dict[int, tuple[int | str, Callable[[Event], dict[str, Any]]]] = {
    Kind.MESSAGE: (1, _message),
    Kind.EDIT: ("edit", _edit),
    Kind.DELETION: ("delete", _deletion),
    Kind.NOTICE: ("notice", _notice),
}


def _other(event: Event) -> dict[str, Any]:
    return {"room": event.room, "seq": event.seq, "time": iso(event.time)}


# An event that a later version wrote: clients pass over it, and their cursors move.
OTHER = ("event", _other)


def gettext_noop(sentence: str) -> str:
    """Marks a sentence that is translated later, where the reader's language is known."""
    return sentence


def encode(frame: dict[str, Any], **members: str) -> bytes:
    """One server frame: unmasked (RFC 6455 section 5.1), so the same bytes serve everyone.

    `members` are further ones whose values are JSON already.
    """
    payload = as_json(frame)
    for name, value in members.items():
        payload = f'{payload[:-1]},"{name}":{value}}}'
    return Frame(Opcode.TEXT, payload.encode()).serialize(mask=False)


def reset_frame(room: str) -> bytes:
    """Has the client load the room again: the numbers it knows are void."""
    return encode({"type": "reset", "room": room})


def room_frame(room: str, name: str, seq: int, *, joined: bool, **about: object) -> bytes:
    """A room is the user's, or no longer; `name` is the name that the user reads, `about` what holds in the room."""
    return encode({"type": "room", "room": room, "name": name, "joined": joined, "seq": seq, **about})


def person(user_id: int, username: str, is_bot: bool) -> dict[str, Any]:
    """A user as lists have one."""
    told = {"username": username, "userid": user_id}
    return told | {"bot": True} if is_bot else told


def presence_frame(
    joined: Mapping[int, str], left: Mapping[int, str], online: int, bots: Set[int] = frozenset()
) -> bytes:
    """Who came and who went, by their ids, how many are online now, and which of them are `bots`."""
    people = {
        word: [person(user_id, username, user_id in bots) for user_id, username in changes.items()]
        for word, changes in (("joined", joined), ("left", left))
    }
    return encode({"type": "presence", **people, "online": online})


def quiet_frame(until: datetime | None) -> bytes:
    """Until when the user wants no alerts; None: they want them."""
    return encode({"type": "quiet", "until": until and iso(until)})


def picture_frame(user_id: int, picture: str) -> bytes:
    """A user's picture, a file's id, or none any more."""
    return encode({"type": "picture", "userid": user_id, "picture": picture})


def blocked_frame(user_ids: Sequence[int]) -> bytes:
    """Whom the user blocks, from now on."""
    return encode({"type": "blocked", "users": user_ids})


def level_frame(room: str, level: str) -> bytes:
    """The level of a room, for its user, from now on."""
    return encode({"type": "level", "room": room, "level": level})


def pinned_frame(room: str, pinned: bool) -> bytes:
    """Whether a room stands first in its user's list, from now on."""
    return encode({"type": "pinned", "room": room, "pinned": pinned})


def hidden_frame(room: str, hidden: bool) -> bytes:
    """Whether a private chat is out of its user's list until the next message, from now on."""
    return encode({"type": "hidden", "room": room, "hidden": hidden})


def read_frame(room: str, user_id: int, seq: int) -> bytes:
    """A user has read the room up to `seq`."""
    return encode({"type": "read", "room": room, "userid": user_id, "seq": seq})


def typing_frame(room: str, user_id: int) -> bytes:
    return encode({"type": "typing", "room": room, "userid": user_id})


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
