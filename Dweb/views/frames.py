"""The frames that a socket may send: each is parsed here and answered by one rule of chat/."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..chat import choices, marks, messages, quiet, rooms, typing
from ..chat.greeting import Greeting
from .fields import ENTRIES, clean_entry, clean_hello, clean_level, clean_room
from .values import clean_flag, clean_number, clean_optional_time

if TYPE_CHECKING:
    from .connection import Connection

Frame = Mapping[str, Any]


def hello(connection: "Connection", frame: Frame) -> None:
    """Greets the client; with `last`, resumes those rooms after these numbers."""
    Greeting(connection.runtime, connection.client, connection.user).greet(clean_hello(frame))


def submit(connection: "Connection", frame: Frame) -> None:
    """Stores a message, an edit or a deletion, and acknowledges it."""
    event = messages.submit(connection.runtime, connection.user, clean_entry(frame))
    connection.send({"type": "ack", "cid": event.cid, "room": event.room, "seq": event.seq, "id": event.id})


def read(connection: "Connection", frame: Frame) -> None:
    marks.read(connection.runtime, connection.user, clean_room(frame.get("room")), clean_number(frame, "seq"))


def type_(connection: "Connection", frame: Frame) -> None:
    typing.typing(connection.runtime, connection.user, clean_room(frame.get("room")))


def ping(connection: "Connection", frame: Frame) -> None:
    connection.send({"type": "pong"})


def join(connection: "Connection", frame: Frame) -> None:
    rooms.join(connection.runtime, connection.user, clean_room(frame.get("room")))


def leave(connection: "Connection", frame: Frame) -> None:
    rooms.leave(connection.runtime, connection.user, clean_room(frame.get("room")))


def level(connection: "Connection", frame: Frame) -> None:
    choices.choose(connection.runtime, connection.user, clean_room(frame.get("room")), "level", clean_level(frame))


def pinned(connection: "Connection", frame: Frame) -> None:
    room, on = clean_room(frame.get("room")), clean_flag(frame, "pinned")
    choices.choose(connection.runtime, connection.user, room, "pinned", on)


def hidden(connection: "Connection", frame: Frame) -> None:
    room, on = clean_room(frame.get("room")), clean_flag(frame, "hidden")
    choices.choose(connection.runtime, connection.user, room, "hidden", on)


def quiet_(connection: "Connection", frame: Frame) -> None:
    quiet.choose(connection.runtime, connection.user, clean_optional_time(frame, "until"))


# The `type` of each frame that a client may send, and the function that answers it.
FRAMES: dict[str, Callable[["Connection", Frame], None]] = {
    **dict.fromkeys(ENTRIES, submit),
    "hello": hello,
    "read": read,
    "typing": type_,
    "ping": ping,
    "join": join,
    "leave": leave,
    "level": level,
    "pinned": pinned,
    "hidden": hidden,
    "quiet": quiet_,
}

# Those that a program may send whose token cannot write.
READING = frozenset({hello, ping})

# Those that run in the loop, because they touch memory and park where they wait. The others run in the query pool.
PARKING = frozenset({submit, hello, type_, ping})
