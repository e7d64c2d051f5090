"""Reads ahead: answers the pings of a peer while the view works on its last message, which may take seconds."""

from contextlib import AbstractContextManager

from .stream import Stream

AHEAD_BYTES = 64 * 1024  # a peer that goes on sending meanwhile fills no memory


class ReadAhead:
    """A part of WebSocket. In wait() the view's thread alone reads; while it works on a message, any thread may."""

    _lock: AbstractContextManager[bool]  # an RLock
    _stream: Stream
    _broken: bool
    _ahead: int | None = None  # bytes read while the view works on a message; None: it does not

    def _feed(self, data: bytes) -> None:
        raise NotImplementedError

    def read_ahead(self) -> None:
        """Reads what has come, without waiting. Pings are answered, messages kept for wait()."""
        with self._lock:
            if self._ahead is None or self._ahead >= AHEAD_BYTES or self._broken:
                return
            data = self._stream.receive()
            if data is not None:
                self._ahead += len(data)
                self._feed(data)

    def _read_alone(self) -> None:
        """Ends read_ahead(): a message that another thread took would not wake this one."""
        with self._lock:
            self._ahead = None
