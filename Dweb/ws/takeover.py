"""The interface of the object that takes over all writing to a socket, in hand_over()."""

from typing import Protocol


class Outbox(Protocol):
    """Writes to the socket after hand_over()."""

    def send(self, frames: bytes) -> None: ...

    def finish(self, frame: bytes) -> None: ...

    def drain(self, timeout: float) -> bool: ...

    def detach(self) -> None: ...
