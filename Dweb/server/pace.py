"""The minimum speed of a transfer."""


class Pace:
    """Notices a transfer that moves too few bytes in a window of time.

    Each window counts for itself: a client that was fast at first gains no time in which it may stand still.
    """

    __slots__ = ("_least", "_moved")

    def __init__(self, least: float, moved: int) -> None:
        self._least = least
        self._moved = moved

    def keeps_up(self, moved: int) -> bool:
        """Ends a window and begins the next. False: fewer than `least` bytes have moved in it.

        `moved` counts from the beginning of the transfer.
        """
        kept = moved - self._moved >= self._least
        self._moved = moved
        return kept
