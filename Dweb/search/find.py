"""Finds messages by what they say.

A search walks through the index from the newest block of each room to the oldest, reads the texts that may match, and
compares them with the query.
"""

import time
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import inf
from operator import attrgetter
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import prefetch_related_objects

from ..databases.sql import placeholders
from ..live import wire
from ..models import Event, Posting, Room, event_id, room_id_of
from .index import searched
from .terms import Query, fold

BLOCK = Posting.BLOCK_EVENTS
ROOMS_AT_ONCE = 32
BLOCKS_AT_ONCE = 512
TEXTS_AT_ONCE = 64
FEW = 16  # messages: to read their texts costs less than to look up a further part of the query
ENTRIES_PER_TEXT = 40  # so many entries of the index cost as much as reading one text
ENTRIES_PER_ROW = 10  # or as looking at its row, and finding that it is of somebody else
CHARS_PER_ENTRY = 5  # so many folded characters of a text cost as much as one entry
CHARS_AT_ONCE = 10_000  # folded, a millisecond's work; then other threads get the interpreter
REST_SECONDS = 0.0005

FIND = "SELECT block * {size} + place FROM posting WHERE block IN ({blocks}) AND term BETWEEN %s AND %s LIMIT %s"


class UnknownMessage(Exception):
    """No event of these rooms has this id."""


class Narrowed(NamedTuple):
    """Which messages count: those of a user, those from `since` on, those before `until`."""

    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


ALL = Narrowed()


def find(
    rooms: Sequence[Room],
    query: str,
    before: int | None,
    limit: int,
    seconds: float = inf,
    narrowed: Narrowed = ALL,
) -> tuple[list[wire.Event], bool]:
    """The newest messages of these rooms that match, at most `limit`, newest first; and whether there may be more.

    `before` is an event's id: only older messages count. Raises UnknownMessage if none of several rooms has it.
    Returns what it has found when `seconds` are over, or when it has looked through SEARCH_MAX_CANDIDATES.
    """
    wanted = Query(query)
    index = _Index(wanted.ranges(), time.monotonic() + seconds)
    walks = _walks(rooms, before, narrowed) if rooms and wanted.ranges() else []
    rows: list[Event] = []
    while walks and len(rows) <= limit:
        walks.sort(key=attrgetter("newest"), reverse=True)
        if walks[0].found:
            rows.append(walks[0].found.popleft())
        elif index.exhausted:
            break
        else:
            _advance([walk for walk in walks if not walk.found][:ROOMS_AT_ONCE], index, wanted, narrowed.user_id)
            walks = [walk for walk in walks if not walk.ended]
    more = len(rows) > limit or bool(walks)
    del rows[limit:]
    prefetch_related_objects(rows, "user")
    names = {room.pk: room.name for room in rooms}
    return [row.as_wire(names[row.room_id]) for row in rows], more


class _Walk:
    """The way through one room, from the newest message to the oldest: found messages, candidates, blocks left."""

    def __init__(self, room_id: int, bottom: int, top: int, time: datetime) -> None:
        self.ids = range(event_id(room_id, bottom), event_id(room_id, top))  # of all that is found
        self.found: deque[Event] = deque()
        self.candidates: list[int] = []  # the newest last
        self._seen = (time, self.ids.stop)  # nothing that is left is newer
        self._block = (self.ids.stop - 1) // BLOCK
        self._floor = self.ids.start // BLOCK
        self._stride = 1

    @property
    def newest(self) -> tuple[datetime, int]:
        return (self.found[0].time, self.found[0].pk) if self.found else self._seen

    @property
    def ended(self) -> bool:
        return not self.found and not self.candidates and self._block < self._floor

    def blocks(self, most: int) -> range:
        """The next blocks to look into: twice as many each time."""
        last = max(self._block - min(self._stride, most), self._floor - 1)
        blocks = range(self._block, last, -1)
        self._block = last
        self._stride *= 2
        return blocks

    def examine(self, row: Event, matches: bool) -> None:
        self._seen = (row.time, row.pk)
        if matches:
            self.found.append(row)


class _Index:
    """Looks up the parts of a query, the rarest first as far as is known; a message must have all of them."""

    def __init__(self, ranges: Sequence[tuple[str, str]], deadline: float) -> None:
        self._density = dict.fromkeys(ranges, 0.0)  # entries in a block
        self._budget = settings.SEARCH_MAX_CANDIDATES * ENTRIES_PER_TEXT
        self._deadline = deadline
        self._folded = 0  # characters since the last rest

    @property
    def exhausted(self) -> bool:
        return self._budget <= 0 or time.monotonic() > self._deadline

    def candidates(self, blocks: Collection[int]) -> Iterable[int]:
        """The ids of the events in these blocks that may match, ascending. In a hurry, not all parts are looked up."""
        found: set[int] | None = None
        for part in sorted(self._density, key=self._density.__getitem__):
            entries = self._entries(blocks, part)
            self._density[part] = len(entries) / len(blocks)
            found = entries if found is None else found & entries
            if len(found) <= FEW or self.exhausted:
                break
            blocks = {id // BLOCK for id in found}
        return sorted(found or ())

    def texts(self, ids: Collection[int], user_id: int | None) -> dict[int, Event]:
        """The events with these ids, or those of a user among them."""
        events = Event.objects.all() if user_id is None else Event.objects.filter(user_id=user_id)
        rows = events.in_bulk(ids)
        self._budget -= len(ids) * ENTRIES_PER_ROW + len(rows) * (ENTRIES_PER_TEXT - ENTRIES_PER_ROW)
        return rows

    def compare(self, text: str, wanted: Query) -> bool:
        """Compares a text with the query; rests now and then, since folding holds the interpreter's lock."""
        folded = fold(text, settings.MESSAGE_MAX_CHARS * settings.MESSAGE_MAX_FOLD)  # older texts may unfold to more
        self._budget -= len(folded) // CHARS_PER_ENTRY
        self._folded += len(folded)
        if self._folded >= CHARS_AT_ONCE:
            self._folded = 0
            time.sleep(REST_SECONDS)
        return wanted.matches(folded)

    def _entries(self, blocks: Collection[int], part: tuple[str, str]) -> set[int]:
        """The events with this part; all events of the blocks, if their entries are more than half of the budget."""
        most = 1 + max(0, self._budget) // 2
        with connection.cursor() as cursor:
            cursor.execute(FIND.format(size=BLOCK, blocks=placeholders(blocks)), [*blocks, *part, most])
            entries = [id for (id,) in cursor.fetchall()]
        self._budget -= len(entries)
        if len(entries) == most:
            return {block * BLOCK + place for block in blocks for place in range(BLOCK)}
        return set(entries)


def _advance(walks: Sequence[_Walk], index: _Index, wanted: Query, user_id: int | None) -> None:
    """Finds the next candidates in each of these rooms, and reads their texts."""
    most = BLOCKS_AT_ONCE // len(walks)
    if blocks := [block for walk in walks if not walk.candidates for block in walk.blocks(most)]:
        by_room = {room_id_of(walk.ids.start): walk for walk in walks}
        for id in index.candidates(blocks):
            if id in by_room[room_id_of(id)].ids:
                by_room[room_id_of(id)].candidates.append(id)
    most = TEXTS_AT_ONCE // len(walks)
    taken = [(walk, id) for walk in walks for id in reversed(walk.candidates[-most:])]
    rows = index.texts([id for walk, id in taken], user_id)
    for number, (walk, id) in enumerate(taken):
        if number and index.exhausted:  # the other candidates stay: they are not the end of their walks
            return
        walk.candidates.pop()
        if id in rows:
            walk.examine(rows[id], index.compare(searched(rows[id].text, rows[id].data), wanted))


def _walks(rooms: Sequence[Room], before: int | None, narrowed: Narrowed) -> list[_Walk]:
    ends = {room.pk: room.seq + 1 for room in rooms}
    tops, bottoms = ends, dict.fromkeys(ends, 1)
    if before is not None and len(rooms) == 1:
        tops = {room: min(top, before - event_id(room, 0)) for room, top in tops.items()}
    elif before is not None:
        time = _times([before]).get(before)
        if time is None or room_id_of(before) not in ends:
            raise UnknownMessage(before)
        tops = _firsts(tops, (time, before))
    if narrowed.until is not None:
        tops = _firsts(tops, (narrowed.until, 0))
    if narrowed.since is not None:
        bottoms = _firsts(tops, (narrowed.since, 0))
    heads = {room: event_id(room, top - 1) for room, top in tops.items() if top > bottoms[room]}
    times = _times(heads.values())
    latest = datetime.max.replace(tzinfo=UTC)
    return [_Walk(room, bottoms[room], tops[room], times.get(id, latest)) for room, id in heads.items()]


def _firsts(ends: Mapping[int, int], place: tuple[datetime, int]) -> dict[int, int]:
    """Each room's first number that is not older than a time and an event's id, or else its end.

    Found by halves, in all rooms at once.
    """
    low, high = dict.fromkeys(ends, 1), dict(ends)
    while middles := {room: (low[room] + high[room]) // 2 for room in ends if low[room] < high[room]}:
        times = _times(event_id(room, seq) for room, seq in middles.items())
        for room, seq in middles.items():
            id = event_id(room, seq)
            if id not in times or (times[id], id) < place:
                low[room] = seq + 1
            else:
                high[room] = seq
    return high


def _times(ids: Iterable[int]) -> dict[int, datetime]:
    return dict(Event.objects.filter(pk__in=list(ids)).values_list("pk", "time"))
