"""One connection of a client, as the front keeps it and as gunicorn's handler sees it."""

import math
from collections.abc import Callable
from concurrent.futures import Future
from enum import Enum, auto
from selectors import BaseSelector
from typing import Any

from .answer import Answer
from .pace import Pace
from .request import Request
from .spool import Spool


class State(Enum):
    READING = auto()  # between two requests, or in the middle of one
    BUSY = auto()  # the pool has it
    WRITING = auto()  # the thread is done, and the client has not taken all of the answer
    LINGERING = auto()  # half-closed: a reset would destroy the end of the answer


class Connection:
    """A connection with its request or answer. The loop owns it, or the thread that answers while it is BUSY.

    gunicorn's handler uses `client`, `server`, `sock`, `parser`, init() and the three constants.
    """

    initialized = data_ready = True
    is_http2 = False

    __slots__ = (
        "client", "deadline", "held", "keep", "left", "pace", "parser", "request", "server", "sock", "spool", "state",
        "unfinished", "watched", "work",
    )  # fmt: skip

    def __init__(self, client: Any, server: Any, request: Request, answer: Answer) -> None:
        self.client = client
        self.server = server
        self.sock = answer
        self.parser: Any = None
        self.request = request
        self.state = State.READING
        self.watched = 0  # the selector's events
        self.deadline = math.inf
        self.pace: Pace | None = None  # of a body or an answer; its window ends at the deadline
        self.unfinished = False  # counts for its address
        self.held = True  # the body of the request in work was read
        self.spool: Spool | None = None  # with that body, if it is not in memory
        self.keep = False  # for a further request, when the answer is sent
        self.left = 0  # bytes to be discarded while it lingers
        self.work: Future[Any] | None = None  # of the thread that has, or will have, the request

    @property
    def address(self) -> str | None:
        """The client's IP address; None on a Unix socket."""
        return self.client[0] if isinstance(self.client, tuple) else None

    @property
    def spare(self) -> bool:
        """True if nothing is lost when it is closed."""
        return self.state is State.LINGERING or (self.state is State.READING and not self.unfinished)

    @property
    def size(self) -> int:
        """The bytes of a request and of an answer that are in memory."""
        return len(self.request.buffer) + self.sock.size

    def watch(self, poller: BaseSelector, events: int, ready: Callable[[object], None]) -> None:
        """Has the loop call this at these events of the selector; 0 for none. For the loop alone."""
        sock = self.sock.sock
        if not events and self.watched:
            poller.unregister(sock)
        elif events and not self.watched:
            poller.register(sock, events, ready)
        elif events != self.watched:
            poller.modify(sock, events, ready)
        self.watched = events

    def init(self) -> None:
        """Does nothing: the parser is there."""

    def moved(self) -> int:
        """The bytes of the body that have come, or of the answer that have arrived."""
        return self.sock.acknowledged() if self.state is State.WRITING else self.request.come
