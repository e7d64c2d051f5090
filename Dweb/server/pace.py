"""The minimum speed of a transfer."""


class Pace:
    """Notices a transfer that moves too few bytes in a window of time.

    Each window counts for itself: a client that was fast at first gains no time in which it may stand still.
    """

    __slots__ = ("_bytes", "_moved", "_seconds", "due")

    def __init__(self, bytes_a_second: float, seconds: float, moved: int, now: float) -> None:
        self._bytes = bytes_a_second * seconds
        self._seconds = seconds
        self._moved = moved
        self.due = now + seconds

    def keeps_up(self, moved: int, now: float) -> bool:
        """Ends a window that is due, and begins the next. False: too few bytes have moved in it.

        `moved` counts from the beginning of the transfer.
        """
        kept = moved - self._moved >= self._bytes
        self._moved = moved
        self.due = now + self._seconds
        return kept
