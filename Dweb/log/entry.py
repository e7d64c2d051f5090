"""Entries (what a user sends, parsed) and drafts (entries with their room and verdict, for the committer)."""

from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from ..live import wire
from ..live.wire import Kind
from ..models import EVENTS_PER_ROOM, Hooked, User, event_id
from .standing import Check, Standing

# What notices tell is done by a deed, under the room's lock in the committer's transaction. Returns the data of each
# notice, none if there was nothing to do. Raises Denied, and then nothing is done.
Deed = Callable[[Standing, datetime], Sequence[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A message to the room `room` or to the user `userto`, or a change of the message `of` of a room.

    Its shape and size are checked, its sender's rights are not; `userfrom` is the sender that it names, if any, and
    `files` are the ids of the files that a message has, and `shown_as` is what wire.SHOWN_AS names, of a webhook's.
    """

    kind: Kind
    text: str = ""
    room: str = ""
    userto: int | None = None
    cid: str | None = None
    reply: int | None = None
    files: tuple[str, ...] = ()
    of: int = 0
    userfrom: int | None = None
    reason: str = ""
    shown_as: Mapping[str, str] | None = None


@dataclass(slots=True)
class Draft:
    """An entry with its room, its sender, and the permissions' verdict; it has no number yet.

    `check` is the verdict, which the transaction asks under the room's lock, and `deed` does what notices tell.
    `mentions` has the ids of the users whom its text mentions, `hooks` the webhooks that want it. `answer` is resolved
    once the event is in the log.
    """

    entry: Entry
    room_id: int
    room: str
    user: User
    check: Check
    deed: Deed | None = None
    mentions: Set[int] = frozenset()
    hooks: Sequence[Hooked] = ()
    made: float = field(default_factory=monotonic)
    answer: "Future[wire.Event | None]" = field(default_factory=Future)

    @property
    def target(self) -> int:
        """The key of the message that is changed; 0, which no event has, for a number that no room can have."""
        return event_id(self.room_id, self.entry.of) if 0 < self.entry.of < EVENTS_PER_ROOM else 0
