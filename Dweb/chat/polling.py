"""Polls: what the log has for a client that asks now and then, without an open connection."""

from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from ..live.framed import Framed, frame, join
from ..live.poll import PollOutbox
from ..live.sse import RoomEvents
from ..live.subscriptions import HistoryGone
from ..live.wire import reset_frame
from ..models import User
from . import prices
from .greeting import Hello
from .heads import Head
from .heads import heads as heads_of

if TYPE_CHECKING:
    from ..runtime import Runtime


def gather(runtime: "Runtime", user: User, rooms: Collection[str] | None, hello: Hello) -> PollOutbox:
    """What has come in these rooms (None: in all of the user's) since the numbers of a hello.

    As with a greeting, numbers that cannot be right reset their rooms.
    """
    found = PollOutbox(settings.POLL_BYTES, settings.POLL_EVENTS, lambda: None)
    is_valid = hello.epoch in (None, runtime.epoch)
    heads = [each for each in heads_of(user.pk) if user.reaches(each.room) and (rooms is None or each.room in rooms)]
    void = set() if is_valid else set(hello.seen or ())
    starts = [(head, head.seq + 1 if head.room in void else hello.start_of(head)) for head in heads]
    found.begin({head.room: min(start, head.seq) for head, start in reversed(starts)})
    for head, start in starts:
        if start > head.seq:
            found.push(reset_frame(head.room))
    for head, start in starts:
        if start < head.seq:
            _read(runtime, user, head, start, found)
    return found


def _read(runtime: "Runtime", user: User, head: Head, start: int, found: PollOutbox) -> None:
    try:
        for page in _pages(runtime, head, start):
            if found.is_over:
                return
            data = join(page, user.pk)
            runtime.rates.charge(user.pk, len(data) / prices.LOG_BYTES)
            found.push(RoomEvents(page, data))
    except HistoryGone:
        found.begin({head.room: head.seq})
        found.push(reset_frame(head.room))


def _pages(runtime: "Runtime", head: Head, after: int) -> Iterator[list[Framed]]:
    """The events up to the room's last number, which was read together with the membership."""
    while after < head.seq:
        events = runtime.query_pool.ask(partial(runtime.subscriptions.page, head.room, after))
        page = [each for each in frame(events) if each[0].seq <= head.seq]
        yield page
        after = page[-1][0].seq
