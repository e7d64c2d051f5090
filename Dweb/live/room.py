"""One room as this process knows it: who watches it, and how far its log has been told. Knows no log and no writer.

No lock of its own: the hub's guards all of it.
"""

from collections.abc import Sequence

from .client import Client
from .framed import Framed
from .tail import Tail

TAIL_BYTES = 256  # for each who watches a room, so much of its newest messages is kept


class Room:
    """`live` clients have everything up to `delivered`, and get what comes; other watchers are catching up."""

    __slots__ = ("ahead", "delivered", "live", "tail", "watchers")

    def __init__(self) -> None:
        self.delivered: int | None = None  # None: nobody is live and nothing has come yet
        self.watchers: set[Client] = set()
        self.live: set[Client] = set()
        self.tail = Tail()  # up to `delivered`, and what is being delivered
        self.ahead: dict[Client, int] = {}  # live, but have read the log further than the bus has told

    def forget(self, client: Client) -> None:
        self.watchers.discard(client)
        self.live.discard(client)
        self.ahead.pop(client, None)

    def is_live(self, client: Client) -> bool:
        return client in self.live or client in self.ahead

    def everyone_live(self) -> list[Client]:
        return [*self.live, *self.ahead]

    def go_live(self, client: Client, cursor: int) -> bool:
        """True: a watcher has everything up to `cursor` and gets the rest as it comes. False: it is behind."""
        if self.delivered is None:
            self.delivered = cursor
        if cursor < self.delivered:
            return False
        if cursor > self.delivered:
            self.ahead[client] = cursor
        else:
            self.live.add(client)
        return True

    def start_over(self, client: Client, head: int) -> None:
        """A watcher is live where the room is, whatever it has missed."""
        self.delivered = head if self.delivered is None else self.delivered
        self.live.add(client)

    def advance(self, seq: int) -> dict[Client, int]:
        """Events up to `seq` are being delivered. Returns who was ahead and how far; those it reaches are live now."""
        self.delivered = seq
        ahead, self.ahead = self.ahead, {}
        for client, cursor in ahead.items():
            if cursor > seq:
                self.ahead[client] = cursor
            else:
                self.live.add(client)
        return ahead

    def skip(self, seq: int) -> None:
        """As advance(), over events that nobody can be told."""
        self.advance(seq)
        self.tail = Tail()

    def keep(self, framed: Sequence[Framed], most_bytes: int) -> None:
        """These events come next."""
        self.tail.extend(framed, self._tail_bytes(most_bytes))

    def keep_page(self, page: Sequence[Framed], most_bytes: int) -> None:
        """If this page of the log ends where the room is, the next one who comes back need not read it."""
        if page[-1][0].seq == (self.tail.told or self.delivered):
            self.tail.replace(page, self._tail_bytes(most_bytes))

    def _tail_bytes(self, most: int) -> int:
        return min(most, TAIL_BYTES * len(self.watchers))
