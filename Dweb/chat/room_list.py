"""The list of a user's rooms, as a greeting sends it: in parts of bounded bytes, with marks and unread counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..databases.query_pool import ask
from ..live.wire import as_json, iso
from ..log import history
from ..models import LEVELS, LOBBY
from ..parking.wakeup import give_way
from . import membership, room_frames
from .heads import Head
from .selves import self_of

if TYPE_CHECKING:
    from ..runtime import Runtime

NOTHING = history.Unread()
NUMBERS_BYTES = 280  # of a room's JSON, besides its names and topic


def parts(heads: Iterable[Head], most_bytes: int) -> Iterator[Sequence[Head]]:
    """Cuts a list of rooms, so that the JSON of each part has at most so many bytes. There is at least one part."""
    part: list[Head] = []
    size = 0
    for head in heads:
        give_way()
        needed = len(as_json([head.room, head.name, head.name, head.topic, _people(head)]).encode()) + NUMBERS_BYTES
        if part and size + needed > most_bytes:
            yield part
            part, size = [], 0
        part.append(head)
        size += needed
    yield part


def refreshed(user_id: int, heads: Sequence[Head]) -> Sequence[Head]:
    """The rooms with the numbers and choices of now, without those that are gone. Times stay, for the order."""
    seqs = dict(ask(partial(history.numbers, [head.room for head in heads])))
    chosen = ask(partial(membership.all_choices, user_id))
    return [
        replace(h, seq=seqs[h.room], choices=chosen.get(h.id, membership.UNCHOSEN)) for h in heads if h.room in seqs
    ]


def describe(runtime: "Runtime", user_id: int, heads: Sequence[Head]) -> list[dict[str, Any]]:
    """Returns the rooms as a greeting lists them.

    A mark beyond the last number is of another epoch: then the whole room is read. For a bot nothing is unread.
    """
    marks = runtime.marks
    if self_of(user_id).is_bot:
        return [_described(head, head.seq, NOTHING) for head in heads]
    known = marks.read_all(user_id, [head.id for head in heads])
    read = {head.id: min(head.seq, known.get(head.id, 0)) for head in heads}
    for head in heads:
        if head.room == LOBBY and head.id not in known:  # a new user has not missed anything
            read[head.id] = head.seq
            marks.note(user_id, head.id, head.seq)
    behind = [(head.id, read[head.id], head.seq) for head in heads if read[head.id] < head.seq]
    unread = history.unread(user_id, behind)
    return [_described(head, read[head.id], unread.get(head.id, NOTHING)) for head in heads]


def _described(head: Head, read: int, unread: history.Unread) -> dict[str, Any]:
    return {
        "room": head.room,
        "name": head.name,
        "seq": head.seq,
        "read": read,
        "unread": unread.messages,
        "time": head.time and iso(head.time),
        "kind": head.kind.word,
        "title": head.name,
        "role": head.role.word,
        "frozen": head.frozen,
        **_rare(head, unread),
    }


def _people(head: Head) -> list[dict[str, Any]]:
    return room_frames.as_people(head.others, head.bots)


def _rare(head: Head, unread: history.Unread) -> dict[str, Any]:
    """The fields that few rooms have."""
    level, pinned, hidden = head.choices
    own = {"level": level and LEVELS[level], "pinned": pinned, "hidden": hidden, "mentions": unread.mentions}
    muted = room_frames.as_muted(head.muted_until)
    fields = own | {"topic": head.topic, "archived": head.archived, "muted": muted, "people": _people(head)}
    fields |= {"bot": bool(head.bots) and not head.others}
    return {name: value for name, value in fields.items() if value}
