"""A room as this process knows it: its subscribers, and how far its log was delivered. Knows no log and no writer.

The registry's lock guards all of it.
"""

from collections.abc import Sequence

from .client import Client
from .framed import Framed
from .tail import Tail

TAIL_BYTES = 256  # of a room's newest messages, so much is kept for each subscriber


class Room:
    """`live` clients have everything up to `delivered` and get what comes; other subscribers are being replayed.

    `streams` are live, too: those without a WebSocket.
    """

    __slots__ = ("ahead", "delivered", "live", "streams", "subscribers", "tail")

    def __init__(self) -> None:
        self.delivered: int | None = None  # None: no client is live and no event has come yet
        self.subscribers: set[Client] = set()
        self.live: set[Client] = set()
        self.streams: set[Client] = set()
        self.tail = Tail()  # up to `delivered`, and what is being delivered
        self.ahead: dict[Client, int] = {}  # live, but have read the log further than it was delivered

    def forget(self, client: Client) -> None:
        self.subscribers.discard(client)
        self.live.discard(client)
        self.streams.discard(client)
        self.ahead.pop(client, None)

    def is_live(self, client: Client) -> bool:
        return client in self.live or client in self.streams or client in self.ahead

    def everyone_live(self) -> list[Client]:
        return [*self.live, *self.streams, *self.ahead]

    def go_live(self, client: Client, cursor: int) -> bool:
        """True: a subscriber has everything up to `cursor` and gets the rest as it comes. False: it is behind."""
        if self.delivered is None:
            self.delivered = cursor
        if cursor < self.delivered:
            return False
        if cursor > self.delivered:
            self.ahead[client] = cursor
        else:
            self._add(client)
        return True

    def start_over(self, client: Client, room: str, head: int) -> None:
        """Makes a subscriber live where the room is, whatever it has missed."""
        self.delivered = head if self.delivered is None else self.delivered
        self._add(client)
        client.outbox.begin({room: self.delivered})

    def advance(self, seq: int) -> dict[Client, int]:
        """Events up to `seq` are being delivered. Returns the clients that were ahead, and their cursors.

        Those that `seq` reaches are live now.
        """
        self.delivered = seq
        ahead, self.ahead = self.ahead, {}
        for client, cursor in ahead.items():
            if cursor > seq:
                self.ahead[client] = cursor
            else:
                self._add(client)
        return ahead

    def skip(self, seq: int) -> None:
        """Advances over events that cannot be read any more."""
        self.advance(seq)
        self.tail = Tail()

    def keep(self, framed: Sequence[Framed], most_bytes: int) -> None:
        """Keeps the next events in the tail."""
        self.tail.extend(framed, self._tail_bytes(most_bytes))

    def keep_page(self, page: Sequence[Framed], most_bytes: int) -> None:
        """Keeps a page of the log that ends where the room is: the next client that resumes need not read it."""
        if page[-1][0].seq == (self.tail.last or self.delivered):
            self.tail.replace(page, self._tail_bytes(most_bytes))

    def _add(self, client: Client) -> None:
        (self.streams if client.outbox.takes_events else self.live).add(client)

    def _tail_bytes(self, most: int) -> int:
        return min(most, TAIL_BYTES * len(self.subscribers))
