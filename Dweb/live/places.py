"""The places for sockets in this process: how many there are, and that none is given while the server stops."""

import threading

from .wire import gettext_noop


class Places:
    """At most `max_sockets` are taken. The lock guards the count."""

    def __init__(self, max_sockets: int) -> None:
        self._max_sockets = max_sockets
        self._taken = 0
        self._closed: tuple[int, str] | None = None  # the close code and reason of a server that stops
        self._places_lock = threading.Lock()
        self._empty = threading.Event()  # set while no place is taken
        self._empty.set()

    def reserve(self) -> str | None:
        """Takes a place; release() gives it back. Returns the refusal() when there is none left."""
        with self._places_lock:
            refusal = self.refusal()
            if refusal is None:
                self._taken += 1
                self._empty.clear()
            return refusal

    def release(self) -> None:
        with self._places_lock:
            self._taken -= 1
            if not self._taken:
                self._empty.set()

    def refusal(self) -> str | None:
        """The reason for which no further connection is accepted, in English; None while there is capacity."""
        if self._closed is not None:
            return gettext_noop("The server is restarting: try again in a moment.")
        if self._taken >= self._max_sockets:
            return gettext_noop("Every place is taken: try again in a moment.")
        return None

    def wait_until_empty(self, seconds: float) -> bool:
        """Waits until the views of all connections have ended. False: not within so many seconds."""
        return self._empty.wait(seconds)
