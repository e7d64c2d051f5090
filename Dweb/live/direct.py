"""The names of rooms that nobody chooses: `@3.12` is the direct room of the users 3 and 12, `~` begins private ones."""

import re
import secrets
import string

PREFIX = "@"
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


def is_direct(room: str) -> bool:
    return room.startswith(PREFIX)


def direct_users(room: str) -> tuple[int, int] | None:
    """The two users of a direct room; None for any other room."""
    if not is_direct(room):
        return None
    low, _, high = room.removeprefix(PREFIX).partition(".")
    return int(low), int(high)


def partner(room: str, user_id: int) -> int | None:
    """The other user of a direct room (oneself, in a room with oneself); None for other rooms."""
    users = direct_users(room)
    return None if users is None else users[0] if users[1] == user_id else users[1]
