"""A user who is online: their clients in this process, and how many there are in other processes."""

from collections.abc import Mapping
from typing import NamedTuple

from .client import Client

NOWHERE: Mapping[str, int] = {}


class Move(NamedTuple):
    """A user as one process tells others of them: the name, and how many connections they have there."""

    username: str
    connections: int
    is_bot: bool = False


Moves = Mapping[int, Move]  # by user ids
NOBODY = Move("", 0)


class Person:
    """`clients` are in this process, `elsewhere` counts those of each other process.

    A person has neither while the grace for a reload runs.
    """

    __slots__ = ("clients", "elsewhere", "is_bot", "username")

    def __init__(self, username: str, is_bot: bool = False) -> None:
        self.username = username
        self.is_bot = is_bot
        self.clients: tuple[Client, ...] = ()
        self.elsewhere = NOWHERE

    @property
    def online(self) -> bool:
        return bool(self.clients or self.elsewhere)

    @property
    def connections(self) -> int:
        return len(self.clients) + sum(self.elsewhere.values())

    @property
    def move(self) -> Move:
        return Move(self.username, len(self.clients), self.is_bot)

    def set_connections(self, process: str, connections: int) -> None:
        """Sets how many clients this user has in another process."""
        elsewhere = {**self.elsewhere, process: connections}
        if not connections:
            del elsewhere[process]
        self.elsewhere = elsewhere or NOWHERE
