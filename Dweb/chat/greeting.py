"""The greeting: answers a client's hello, and resumes the rooms that it has seen before."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _

from ..live import wire
from ..live.client import Client
from ..live.direct import direct_users, is_direct, partner
from ..live.wire import CloseCode
from ..models import User
from ..parking.wakeup import give_way
from ..refusal import Refusal
from ..server.shortage import is_shortage
from . import blocks, choices, guests, membership, prices, quiet, room_frames
from .heads import Head
from .heads import heads as heads_of
from .rates import ClientBudget
from .renewal import renewal
from .room_list import describe, parts, refreshed
from .selves import Self, self_of

if TYPE_CHECKING:
    from ..runtime import Runtime

SLOW_SECONDS = 30.0  # in which a resuming client must read half of its outbox


NAMED_ROOMS = 10  # in a refusal


class Unseen(Enum):
    """What a client gets of a room that it does not name: what comes, or all of a private chat that it cannot know."""

    FROM_NOW = auto()
    NEW = auto()  # or, of another room, a reset: it has become the user's since
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Hello:
    """A client's hello: `seen` has the last number that it saw in each room; None if it does not resume.

    `epoch` is the epoch of these numbers, None for today's. An error in answer carries the `cid`. `page` is the version
    of the page that says it. `unseen` is about rooms that are not in `seen`.
    """

    seen: Mapping[str, int] | None = None
    epoch: str | None = None
    cid: str | None = None
    page: str | None = None
    unseen: Unseen = Unseen.FROM_NOW

    def start_of(self, head: Head) -> int:
        """The number after which the client gets a room's events; beyond the room's last one, the room is reset."""
        if head.room in (self.seen or ()) or self.unseen is Unseen.FROM_NOW:
            return (self.seen or {}).get(head.room, head.seq)
        return 0 if self.unseen is Unseen.NEW and is_direct(head.room) else head.seq + 1


class Greeting:
    """Greets one client, as often as it says hello."""

    def __init__(self, runtime: "Runtime", client: Client, user: User) -> None:
        self._runtime = runtime
        self._subscriptions = runtime.subscriptions
        self._client = client
        self._user = user
        self._budget = ClientBudget(runtime, client)

    def greet(self, hello: Hello) -> None:
        """Sends the users online and the user's rooms, which all go live; the rooms in `seen` are resumed.

        A long list of rooms is sent in parts. No room goes live before its part is sent: its events come later.
        """
        if not self._budget.wait(prices.HELLO):
            return
        try:
            foreign = self._greet(hello, hello.seen or {}, hello.epoch in (None, self._runtime.epoch))
        except Exception as error:
            if isinstance(error, Error) or is_shortage(error):
                # A client that comes back and resumes is better off than one that is half greeted.
                self._client.close(CloseCode.TRY_AGAIN_LATER, "the greeting failed; come back and resume")
            raise
        known = self._known(foreign) if foreign else set()
        for code, rooms in (("forbidden", known), ("not_found", foreign - known)):
            if rooms:
                self._refuse(hello, code, rooms)
        if hello.seen is not None:
            self._send({"type": "ready", "epoch": self._runtime.epoch})

    def _known(self, rooms: set[str]) -> set[str]:
        """Of rooms that are not the user's, those that exist for them, and private chats of two others."""
        joinable = self._runtime.query_pool.ask(partial(membership.joinable, self._user.pk, rooms))
        known = joinable | {room for room in rooms if direct_users(room)}
        return {room for room in known if self._client.reaches(room)}

    def _refuse(self, hello: Hello, code: str, rooms: set[str]) -> None:
        names = ", ".join(sorted(rooms)[:NAMED_ROOMS])
        detail = _("You are not in these rooms, which cannot be resumed: %(rooms)s.") % {"rooms": names}
        refusal = Refusal(code, detail, event="access_refused", about={"room": names})
        self._runtime.refusals.record(refusal, user=self._user.pk)
        self._send(refusal.as_frame(hello.cid))

    def _greet(self, hello: Hello, seen: Mapping[str, int], valid: bool) -> set[str]:
        """Returns the rooms in `seen` that are not the user's. Numbers of another epoch are not `valid`."""
        self._subscriptions.begin_greeting(self._client, seen)
        own = self_of(self._user.pk)
        who = self._describe_self(own) | renewal(hello.page, hello.cid)
        seen_people = guests.seen_by(self._user.pk) if own.is_guest else None
        with ExitStack() as stack:
            new, heads, rooms, further = self._subscribe()
            stack.enter_context(self._subscriptions.going_live([self._client], new))
            greeting = {"type": 0, **who, "epoch": self._runtime.epoch, "rooms": rooms, "more": bool(further)}
            listed = len(heads) + sum(map(len, further))
            self._runtime.rates.charge(self._user.pk, max(listed, len(seen)) // prices.EXTRA_ROOMS)
            start_of = (hello if valid else replace(hello, seen={})).start_of
            starts = {head.room: min(head.seq, start_of(head)) for head in chain(heads, *further)}
            self._client.outbox.begin(dict(reversed(starts.items())))
            missed = self._runtime.hub.greet(self._client, greeting, seen_people)
            self._send_partners_marks(heads)
            heads = [*heads, *self._send_further(further)]
            for room in () if valid else set(seen):
                give_way()
                self._client.send(wire.reset_frame(room))
            self._replay(frozenset(new), heads, start_of)
        self._subscribe_missed(missed)
        return set(seen) - {head.room for head in heads}

    def _describe_self(self, found: Self) -> dict[str, Any]:
        quiet_until = found.quiet_until and wire.iso(found.quiet_until)
        rare = {"quiet": quiet_until, "admin": found.is_admin, "guest": found.is_guest, "bot": found.is_bot}
        rare |= {"blocked": found.blocks}
        who = {"userid": self._user.pk, "username": self._user.shown_name}
        if self._user.only is not None:  # nor is a program for some rooms sent what becomes of these
            rare |= {"quiet": None, "blocked": ()}
        return who | {name: value for name, value in rare.items() if value}

    def _subscribe(self) -> tuple[list[str], Sequence[Head], list[dict[str, Any]], list[Sequence[Head]]]:
        """Subscribes to the user's rooms, then reads their last numbers.

        Returns the rooms that are new to the client, the heads of the first part and what the greeting says of them,
        and the heads of the further parts.
        """
        user_id = self._user.pk
        new = self._subscriptions.subscribe(self._client, membership.room_names(user_id))
        try:
            heads = [head for head in heads_of(user_id) if self._client.reaches(head.room)]
            first, *further = parts(heads, settings.GREETING_PART_BYTES)
            return new, first, describe(self._runtime, user_id, first), further
        except BaseException:
            self._subscriptions.unsubscribe(self._client, new)
            raise

    def _send_further(self, further: Sequence[Sequence[Head]]) -> Iterator[Head]:
        """Sends the further parts of the list of rooms, each once the client has read the one before."""
        for left, part in zip(reversed(range(len(further))), further, strict=True):
            if not self._client.drain(SLOW_SECONDS, settings.GREETING_PART_BYTES):
                self._client.close_slow()
                return
            heads, rooms = self._describe(part)
            self._subscriptions.send_rooms(self._client, {"type": "rooms", "rooms": rooms, "more": left > 0})
            self._send_partners_marks(heads)
            yield from heads

    def _describe(self, part: Sequence[Head]) -> tuple[Sequence[Head], list[dict[str, Any]]]:
        """The rooms of a further part as they are now, whenever it was made: marks, numbers and choices agree."""
        heads = refreshed(self._user.pk, part)
        return heads, describe(self._runtime, self._user.pk, heads)

    def _subscribe_missed(self, missed: Collection[str]) -> None:
        """Sends what was to be sent while the greeting was made: rooms that turned up, choices, and what is quiet."""
        for kind in (quiet, blocks):
            if kind.MISSED in missed:
                self._runtime.query_pool.ask(partial(kind.show, self._user.pk, self._itself))
                missed = set(missed) - {kind.MISSED}
        late = self._subscriptions.subscribe(self._client, missed)
        with self._subscriptions.going_live([self._client], late):
            heads = [head for head in heads_of(self._user.pk) if head.room in missed] if missed else []
            for room in missed:
                if direct_users(room) is None:
                    seq = 0 if room in late and is_direct(room) else None  # all of its events follow
                    show_room = partial(room_frames.show_member, self._user.pk, room, self._itself, seq)
                    self._runtime.query_pool.ask(show_room)
            for head in heads:
                if head.room not in late or any(head.choices):
                    show = partial(choices.show, self._user.pk, head.id, head.room, self._itself)
                    self._runtime.query_pool.ask(show)
            self._replay(late, heads, lambda head: 0 if is_direct(head.room) else head.seq)

    def _itself(self) -> list[Client]:
        return [self._client]

    def _send_partners_marks(self, heads: Sequence[Head]) -> None:
        """Sends how far the others in direct rooms have read. After their rooms: from then on changes are sent."""
        me = self._user.pk
        keys = [
            ((user_id, head.id), head)
            for head in heads
            for user_id in (*(id for id, _ in head.others), partner(head.room, me))
            if user_id and user_id != me
        ]
        marks = self._runtime.query_pool.ask(lambda: self._runtime.marks.read(key for key, _ in keys)) if keys else {}
        for key, head in keys:
            if seq := min(head.seq, marks.get(key, 0)):
                self._client.send(wire.read_frame(head.room, key[0], seq))

    def _replay(self, rooms: Collection[str], heads: Iterable[Head], start_of: Callable[[Head], int]) -> None:
        """Brings these rooms live: first those whose cursor is at the head, then those with something to replay."""
        behind = []
        for head in heads:
            give_way()
            if head.room not in rooms:
                continue
            cursor = start_of(head)
            if cursor > head.seq:
                self._client.send(wire.reset_frame(head.room))
                cursor = head.seq
            if cursor < head.seq:
                behind.append((head, cursor))
            else:
                if not self._subscriptions.replay(self._client, head.room, cursor, head.seq, SLOW_SECONDS):
                    self._client.close_slow()
                    return
        for head, cursor in behind:
            if not self._subscriptions.replay(self._client, head.room, cursor, head.seq, SLOW_SECONDS, self._budget):
                self._client.close_slow()
                return

    def _send(self, frame: dict[str, Any]) -> None:
        self._client.send(wire.encode(frame))
