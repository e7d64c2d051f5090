"""The names of rooms that nobody chooses: `@3.12` is the direct room of the users 3 and 12, `~` begins private ones.

Of more users, it is `@` and a hash of their ids.
"""

import re
import secrets
import string
from base64 import b32encode
from collections.abc import Collection, Sequence
from hashlib import sha256

PREFIX = "@"
HASH_BYTES = 16  # no two chats of several get the same name, nor can one be made on purpose
SEVERAL_NAME = re.compile(f"{PREFIX}[a-z2-7]{{26}}", re.ASCII)  # so many bytes in base 32
NAMED = 3  # people in the name of a chat of several
UNTAKEN = "~"  # then ten letters; opening such a name makes no room
UNTAKEN_LETTERS = 10
UNTAKEN_NAME = re.compile(f"{UNTAKEN}[{string.ascii_lowercase}]{{{UNTAKEN_LETTERS}}}", re.ASCII)


def untaken_room() -> str:
    """A name for a room that is private from the start; it cannot be guessed."""
    return UNTAKEN + "".join(secrets.choice(string.ascii_lowercase) for _ in range(UNTAKEN_LETTERS))


def is_untaken(room: str) -> bool:
    """True for a name of that form."""
    return UNTAKEN_NAME.fullmatch(room) is not None


def direct_room(one: int, other: int) -> str:
    """The name of the room of two users: their ids in order."""
    low, high = sorted((one, other))
    return f"{PREFIX}{low}.{high}"


def room_of_several(user_ids: Collection[int]) -> str:
    """The name of the direct room of three users or more: the same for the same users."""
    ids = ".".join(map(str, sorted(user_ids)))
    return PREFIX + b32encode(sha256(ids.encode()).digest()[:HASH_BYTES]).decode().rstrip("=").lower()


def is_several(room: str) -> bool:
    """True for a name of that form."""
    return SEVERAL_NAME.fullmatch(room) is not None


def name_of_several(names: Sequence[str]) -> str:
    """The name that people read: the first names, and how many there are besides."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" +{more}" if more > 0 else "")


def is_direct(room: str) -> bool:
    return room.startswith(PREFIX)


def direct_users(room: str) -> tuple[int, int] | None:
    """The two users of a direct room of two; None for any other room."""
    if not is_direct(room):
        return None
    low, dot, high = room.removeprefix(PREFIX).partition(".")
    return (int(low), int(high)) if dot else None


def partner(room: str, user_id: int) -> int | None:
    """The other user of a direct room of two (oneself, in a room with oneself); None for other rooms."""
    users = direct_users(room)
    return None if users is None else users[0] if users[1] == user_id else users[1]
