"""Reads ahead: answers the pings of a peer while the view works on its last message, which may take seconds."""

from contextlib import AbstractContextManager

from .stream import Stream

AHEAD_BYTES = 64 * 1024  # a peer that goes on sending meanwhile fills no memory


class ReadAhead:
    """A part of WebSocket. In wait() the view reads; while one in the loop works on a message, the loop does."""

    _lock: AbstractContextManager[bool]  # an RLock
    _stream: Stream
    _broken: bool
    _works = False  # the view, on a message
    _ahead = 0  # bytes read while it does, since no message waited

    def _feed(self, data: bytes) -> None:
        raise NotImplementedError

    def read_ahead(self) -> bool:
        """Reads what has come, without waiting. Pings are answered, messages kept. False: no more for now."""
        with self._lock:
            if not self._works or self._ahead >= AHEAD_BYTES or self._broken:
                return False
            data = self._stream.receive()
            if data is not None:
                self._ahead += len(data)
                self._feed(data)
            return not self._broken

    def _read_alone(self) -> None:
        """Ends read_ahead(): a message that the loop took would not wake this one."""
        with self._lock:
            self._works = False
