"""Heads: the rooms of a user as a greeting lists them. A greeting asks them for everyone who comes after a restart."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from django.db import connection

from ..databases.lookup import Lookup
from ..databases.sql import placeholders
from ..live.direct import is_several, name_of_several, partner
from ..models import EVENTS_PER_ROOM, LOBBY, Choices, Role, RoomKind
from .membership import UNCHOSEN, USERS_AT_ONCE, bots_among, shown_names

# Plain SQL takes a third of the ORM's time. In the lobby are all but guests, and the admins are its moderators.
HEADS = (
    "SELECT mine.user_id, room.id, name, room.seq, event.time, room.kind, title, topic, frozen, archived,"
    " mine.role, mine.muted_until, mine.level, mine.pinned, mine.hidden FROM ("
    "SELECT user_id, room_id, role, muted_until, level, pinned, hidden FROM membership JOIN room ON room.id = room_id"
    " WHERE user_id IN ({users}) AND NOT banned AND kind <> {lobby}"
    " UNION ALL SELECT person.user_id, lobby.id, CASE WHEN is_superuser THEN {moderator} ELSE 0 END, muted_until,"
    " COALESCE(level, 0), COALESCE(pinned, 0), 0"
    " FROM {people} AS person JOIN room AS lobby ON lobby.name = %s"
    " LEFT JOIN membership AS chosen ON chosen.user_id = person.user_id AND chosen.room_id = lobby.id"
    " WHERE person.user_id IN ({users}) AND (NOT is_guest OR (chosen.id IS NOT NULL AND NOT banned))"
    ") AS mine JOIN room ON room.id = mine.room_id"
    " LEFT JOIN event ON event.id = room.id * %s + room.seq"
    " ORDER BY room.kind <> {lobby}, event.time DESC, room.id"
)
PEOPLE = "SELECT room_id, user_id FROM membership WHERE room_id IN ({rooms}) ORDER BY user_id"


@dataclass(frozen=True, slots=True)
class Head:
    """A room of a user's: key, name on the wire, name that people read, number and time of the last event, choices."""

    id: int
    room: str
    name: str
    seq: int
    time: datetime | None = None
    choices: Choices = UNCHOSEN
    kind: RoomKind = RoomKind.OPEN
    topic: str = ""
    frozen: bool = False
    archived: bool = False
    role: Role = Role.MEMBER
    muted_until: datetime | None = None  # may be over
    others: Sequence[tuple[int, str]] = ()  # of a chat of several: their ids and names
    bots: Set[int] = frozenset()  # which of the others are bots, in a chat of two as well


def heads(user_id: int) -> list[Head]:
    """The lobby and the rooms of this user, those of the newest activity first."""
    return HEADS_OF.find(user_id) or []


def _heads(user_ids: Collection[int]) -> dict[int, list[Head]]:
    people = connection.ops.quote_name("user")
    numbers = {"lobby": RoomKind.LOBBY, "moderator": Role.MODERATOR}
    sql = HEADS.format(users=placeholders(user_ids), people=people, **numbers)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*user_ids, LOBBY, *user_ids, EVENTS_PER_ROOM])
        rows = cursor.fetchall()
    people = _people_of([*{pk for _, pk, name, *_ in rows if is_several(name)}])
    ids = {*chain((partner(name, user_id) for user_id, _, name, *_ in rows), *people.values())}
    names, bots = shown_names(ids), bots_among(ids)
    found: dict[int, list[Head]] = {user_id: [] for user_id in user_ids}
    for user_id, pk, name, seq, time, kind, title, topic, frozen, archived, role, muted, level, pinned, hidden in rows:
        others = [(id, names[id]) for id in people[pk] if id != user_id] if pk in people else ()
        several = name_of_several([name for _, name in others]) if others else ""
        shown = title or several or names.get(partner(name, user_id) or 0, name)
        chosen = Choices(int(level), bool(pinned), seq < hidden) if level or pinned or hidden else UNCHOSEN
        about = KINDS[kind], topic, bool(frozen), bool(archived), ROLES[int(role)], muted and muted.replace(tzinfo=UTC)
        bots_there = bots & {partner(name, user_id), *(id for id, _ in others)} if bots else bots
        time = time and time.replace(tzinfo=UTC)
        found[user_id].append(Head(pk, name, shown, seq, time, chosen, *about, others, bots_there))
    return found


def _people_of(room_ids: Sequence[int]) -> dict[int, list[int]]:
    """The ids of the people in these chats of several, ascending, by the rooms' keys."""
    found: dict[int, list[int]] = {room_id: [] for room_id in room_ids}
    for start in range(0, len(room_ids), USERS_AT_ONCE):
        some = room_ids[start : start + USERS_AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE.format(rooms=placeholders(some)), some)
            for room_id, user_id in cursor.fetchall():
                found[room_id].append(user_id)
    return found


KINDS, ROLES = list(RoomKind), list(Role)  # a look-up costs a tenth of a call; MariaDB answers decimals
HEADS_OF = Lookup(_heads)
