"""A user who is online: their clients in this process, and how many there are in other processes."""

from collections.abc import Mapping

from .client import Client

NOWHERE: Mapping[str, int] = {}


class Person:
    """`clients` are in this process, `elsewhere` counts those of each other process.

    A person has neither while the grace for a reload runs.
    """

    __slots__ = ("clients", "elsewhere", "username")

    def __init__(self, username: str) -> None:
        self.username = username
        self.clients: tuple[Client, ...] = ()
        self.elsewhere = NOWHERE

    @property
    def online(self) -> bool:
        return bool(self.clients or self.elsewhere)

    @property
    def connections(self) -> int:
        return len(self.clients) + sum(self.elsewhere.values())

    def set_connections(self, process: str, connections: int) -> None:
        """Sets how many clients this user has in another process."""
        elsewhere = {**self.elsewhere, process: connections}
        if not connections:
            del elsewhere[process]
        self.elsewhere = elsewhere or NOWHERE
