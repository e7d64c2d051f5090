"""The steps of the protocol: what threaded.py and aio.py do for it. The protocol itself does no I/O.

A generator of the protocol yields a step and is sent its result, or is thrown the ChatError that became of it. An Event
that it yields is for the program; once the program asks for the next one, the generator goes on.
"""

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Generic, TypeVar

from .errors import BadAnswer, ChatError, Unreachable
from .models import Event

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, whose result is an Answer. `fields` are those of a form, `body` is sent as it is.

    The bytes of an answer of 2xx are written to `into`. A `path` that is a whole address is asked without our token.
    One that `may_repeat` is sent again at once if a connection that was kept turns out to be closed.
    """

    method: str
    path: str
    query: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, object] | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None  # seconds without a byte
    into: BinaryIO | None = None
    may_repeat: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Raises BadAnswer; Unreachable if the answer was cut: the body of a long poll ends with its connection."""
        try:
            told = json.loads(self.body)
        except ValueError:
            told = None
            if self.headers.get("content-type", "").startswith("application/json"):
                raise Unreachable("the answer was cut off") from None
        if not isinstance(told, dict):
            raise BadAnswer(f"the answer is no JSON (status {self.status}): is this the address of a Dweb server?")
        return told


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Opens a WebSocket, which is the line from now on. `timeout` is for the handshake."""

    path: str
    timeout: float


@dataclass(frozen=True, slots=True)
class OpenStream:
    """Asks for a stream of lines, which is the line from now on. The result is an Answer; of 200 without its body."""

    request: Request


@dataclass(frozen=True, slots=True)
class Say:
    """Sends a text over the line."""

    text: str


@dataclass(frozen=True, slots=True)
class Receive:
    """Waits for the next text, or line of a stream without its end. Raises Unreachable once the line is closed."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Closes the line."""


Step = Request | Pause | OpenSocket | OpenStream | Say | Receive | HangUp
Steps = Generator[Step | Event, Any, T]


class Walk(Generic[T]):
    """Goes through steps: `step` is the one to take now; None once they have ended with `result`."""

    result: T

    def __init__(self, steps: Steps[T]) -> None:
        self._steps = steps
        self.step: Step | Event | None = None
        self._move(lambda: next(steps))

    def done(self, result: object = None) -> None:
        """The step was taken, with this result."""
        self._move(lambda: self._steps.send(result))

    def failed(self, error: ChatError) -> None:
        self._move(lambda: self._steps.throw(error))

    def close(self) -> None:
        self._steps.close()

    def _move(self, move: Callable[[], Step | Event]) -> None:
        try:
            self.step = move()
        except StopIteration as end:
            self.step, self.result = None, end.value
