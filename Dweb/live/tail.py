"""The tail of a room: its newest messages as frames, since most clients that resume have missed the same few.

The registry's lock guards it.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice

from .framed import Framed
from .wire import Kind


class Tail:
    """Messages without a gap between them. A change clears the tail: the old text must not be sent again."""

    def __init__(self) -> None:
        self._kept: deque[Framed] = deque()
        self._size = 0
        # The number of the last event, kept or not: a page of the log that ends before it is out of date.
        self.last: int | None = None

    def extend(self, framed: Iterable[Framed], most_bytes: int) -> None:
        """Adds the next events, ascending; of all that is kept, at most `most_bytes` stay."""
        for event, frame in framed:
            self.last = event.seq
            if event.kind != Kind.MESSAGE or (self._kept and event.seq != self._kept[-1][0].seq + 1):
                self.clear()
            if event.kind == Kind.MESSAGE:
                self._kept.append((event, frame))
                self._size += len(frame)
        while self._size > most_bytes:
            self._size -= len(self._kept.popleft()[1])

    def replace(self, framed: Sequence[Framed], most_bytes: int) -> None:
        """Keeps these instead, which end with the last event, if they begin before what is kept."""
        if not self._kept or framed[0][0].seq < self._kept[0][0].seq:
            self.clear()
            self.extend(framed, most_bytes)

    def names(self) -> set[tuple[int, str]]:
        """The ids of the authors, with the names that they have here."""
        return {(event.userid, event.user) for event, _ in self._kept}

    def drop_other_names(self, user_id: int, name: str) -> None:
        """Clears the tail if it has a message under another name of this user."""
        if any(event.userid == user_id and event.user != name for event, _ in self._kept):
            self.clear()

    def clear(self) -> None:
        self._kept.clear()
        self._size = 0

    def after(self, seq: int) -> Sequence[Framed]:
        """The messages after `seq`; nothing if the next one is not kept (it may be in the log)."""
        if not self._kept or not self._kept[0][0].seq <= seq + 1 <= self._kept[-1][0].seq:
            return ()
        return list(islice(self._kept, seq + 1 - self._kept[0][0].seq, None))
