"""Entries (what a user sends, parsed) and drafts (entries with their room and verdict, for the committer)."""

from collections.abc import Set
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic

from ..live import wire
from ..live.wire import Kind
from ..models import EVENTS_PER_ROOM, User, event_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A message to the room `room` or to the user `userto`, or a change of the message `of` of a room.

    Its shape and size are checked, its sender's rights are not; `userfrom` is the sender that it names, if any.
    """

    kind: Kind
    text: str = ""
    room: str = ""
    userto: int | None = None
    cid: str | None = None
    reply: int | None = None
    of: int = 0
    userfrom: int | None = None


@dataclass(slots=True)
class Draft:
    """An entry with its room, its sender, and the permissions' verdict; it has no number yet.

    `may_change` has the user ids whose messages it may change: the transaction holds the message against them.
    `mentions` has the ids of the users whom its text mentions. `answer` is resolved once the event is in the log.
    """

    entry: Entry
    room_id: int
    room: str
    user: User
    may_change: Set[int] = frozenset()
    mentions: Set[int] = frozenset()
    made: float = field(default_factory=monotonic)
    answer: "Future[wire.Event]" = field(default_factory=Future)

    @property
    def target(self) -> int:
        """The key of the message that is changed; 0, which no event has, for a number that no room can have."""
        return event_id(self.room_id, self.entry.of) if 0 < self.entry.of < EVENTS_PER_ROOM else 0
