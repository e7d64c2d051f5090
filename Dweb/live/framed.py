"""Events with their frames: encoded once for everyone, then joined and cut for their readers. Knows no client."""

from collections.abc import Iterable, Iterator, Sequence

from .wire import Event, encode

Framed = tuple[Event, bytes]  # an event, and its frame for everyone but its sender


def frame(events: Iterable[Event]) -> Iterator[Framed]:
    for event in events:
        yield event, encode(event.as_json())


def join(framed: Iterable[Framed], reader: int) -> bytes:
    """The frames as `reader` (a user id) gets them: with the cids of their own messages."""
    return b"".join(
        encode(event.as_json(reader)) if event.cid is not None and event.userid == reader else frame
        for event, frame in framed
    )


def for_senders(framed: Sequence[Framed]) -> dict[int, bytes]:
    """The joined frames that each sender gets instead of everyone's, by user id."""
    frames = [frame for _, frame in framed]
    own: dict[int, list[bytes]] = {}
    for index, (event, _) in enumerate(framed):
        if event.cid is not None:
            own.setdefault(event.userid, frames.copy())[index] = encode(event.as_json(event.userid))
    return {user_id: b"".join(mine) for user_id, mine in own.items()}


def parts(framed: Iterable[Framed], part_bytes: int, event_bytes: int = 0) -> Iterator[list[Framed]]:
    """Cuts into pieces; each ends with the first frame at which it has `part_bytes`, or that removes a member.

    An event counts as `event_bytes` beside its frame.
    """
    part: list[Framed] = []
    size = 0
    for each in framed:
        part.append(each)
        size += len(each[1]) + event_bytes
        if size >= part_bytes or each[0].removes is not None:
            yield part
            part, size = [], 0
    if part:
        yield part
