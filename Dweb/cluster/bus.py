"""The bus: publishes new events of the log to this process's hub, and messages between processes. May lose both.

Here are the interface, and the bus of a single process. The committer's thread calls publish(), after the commit and
in the order of the commits.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ..live.wire import Event
from .seal import Rejected

Message = Mapping[str, Any]  # JSON; its "type" names the handler
Shape = Mapping[str, type]  # the members that a message has, and their types


class Handler(NamedTuple):
    """The function for a message of another process, called with the runtime, and the members that the message has."""

    work: Callable[[Any, Message], object]
    shape: Shape


def check(message: Message, shape: Shape) -> None:
    """Raises Rejected unless the message has these members, of these very types."""
    for name, kind in shape.items():
        if type(message.get(name)) is not kind:
            raise Rejected(f"a message {message.get('type')!r} has no {name}, or a wrong one")


class Bus(Protocol):
    """`healthy` is False while other processes cannot be reached, though there should be some."""

    healthy: bool

    def start(self) -> None: ...

    def publish(self, room: str, events: Sequence[Event]) -> None:
        """Publishes, here and in the other processes, events of one room that are in the log, in order."""

    def send(self, message: Message) -> None:
        """Sends a message to the other processes. Never waits."""


class LocalBus:
    """The bus of a single process with a single hub: to publish is to deliver."""

    healthy = True

    def __init__(self, deliver: Callable[[str, Sequence[Event]], None]) -> None:
        self._deliver = deliver

    def start(self) -> None:
        """Nothing has to run."""

    def publish(self, room: str, events: Sequence[Event]) -> None:
        self._deliver(room, events)

    def send(self, message: Message) -> None:
        """There are no other processes."""
