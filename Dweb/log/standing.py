"""Standings: what the database has of a user in a room. Reads them, with the room locked or not; decides nothing."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from ..databases.sql import placeholders
from ..models import Role, RoomKind

# Plain SQL: the committer reads these for every transaction.
ROOMS = "SELECT id, seq, kind, frozen, archived FROM room WHERE id IN ({ids}) ORDER BY id"  # ordered: no deadlocks
PEOPLE = (
    "SELECT member.user_id, is_active, is_superuser, is_guest, room_id, role, banned, muted_until"
    " FROM {people} AS member LEFT JOIN membership ON membership.user_id = member.user_id AND room_id IN ({rooms})"
    " WHERE member.user_id IN ({users})"
)
BLOCKED = (
    "SELECT other.user_id, other.room_id FROM membership AS other"
    " JOIN membership AS mine ON mine.room_id = other.room_id"
    " JOIN block ON block.user_id = mine.user_id AND block.other_id = other.user_id"
    " JOIN room ON room.id = other.room_id"
    " WHERE other.room_id IN ({rooms}) AND room.name LIKE %s"
)

PAIRS = "@%.%"  # the names of direct rooms of two

Key = tuple[int, int]  # a user's id and a room's


class Head(NamedTuple):
    """A room: the number of its last event, and what holds there for everyone."""

    seq: int
    kind: int
    frozen: bool
    archived: bool


class Standing(NamedTuple):
    """A user in a room. `belongs` tells of a membership, which in the lobby nobody needs but guests."""

    kind: int
    frozen: bool
    archived: bool
    is_active: bool = False
    is_admin: bool = False
    is_guest: bool = False
    belongs: bool = False
    role: int = Role.MEMBER
    banned: bool = False
    muted_until: datetime | None = None
    blocked: bool = False  # by the other one in a direct room of two

    @property
    def is_member(self) -> bool:
        return self.belongs or (self.kind == RoomKind.LOBBY and not self.is_guest)


class Denied(Exception):
    """A user may not do something in a room; `reason` is a word, and `until` the end of a mute."""

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until


Check = Callable[[Standing, int | None, datetime], None]  # with a message's author and the time; raises Denied


def heads(room_ids: Iterable[int], *, lock: bool = False) -> dict[int, Head]:
    """These rooms by their keys, without those that are gone; with `lock` locked until the transaction ends."""
    wanted = [*room_ids]
    if not wanted:
        return {}
    sql = ROOMS.format(ids=placeholders(wanted))
    if lock and connection.features.has_select_for_update:
        sql = f"{sql} {connection.ops.for_update_sql()}"
    with connection.cursor() as cursor:
        cursor.execute(sql, wanted)
        return {
            id: Head(seq, kind, bool(frozen), bool(archived)) for id, seq, kind, frozen, archived in cursor.fetchall()
        }


def standings(keys: Collection[Key], rooms: dict[int, Head]) -> dict[Key, Standing]:
    """The standings of users in rooms; users who are no more have one without rights."""
    users, wanted = [*{user_id for user_id, _ in keys}], [*{room_id for _, room_id in keys if room_id in rooms}]
    if not wanted:
        return {}
    people: dict[int, tuple[bool, bool, bool]] = {}
    members: dict[Key, tuple[int, bool, datetime | None]] = {}
    sql = PEOPLE.format(people=connection.ops.quote_name("user"), rooms=placeholders(wanted), users=placeholders(users))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*wanted, *users])
        for user_id, is_active, is_admin, is_guest, room_id, role, banned, muted_until in cursor.fetchall():
            people[user_id] = (bool(is_active), bool(is_admin), bool(is_guest))
            if room_id is not None:
                members[user_id, room_id] = (role, bool(banned), muted_until and muted_until.replace(tzinfo=UTC))
    blocked = _blocked(room_id for room_id in wanted if rooms[room_id].kind == RoomKind.DIRECT)
    found = {}
    for user_id, room_id in keys:
        if room_id in rooms:
            role, banned, until = members.get((user_id, room_id), (Role.MEMBER.value, False, None))
            belongs = (user_id, room_id) in members and not banned
            flags = people.get(user_id, (False, False, False))
            found[user_id, room_id] = Standing(
                *rooms[room_id][1:], *flags, belongs, role, banned, until, (user_id, room_id) in blocked
            )
    return found


def _blocked(direct_ids: Iterable[int]) -> set[Key]:
    """The users in these direct rooms whom the other one there blocks; in a chat of several a block closes nothing."""
    wanted = [*direct_ids]
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED.format(rooms=placeholders(wanted)), [*wanted, PAIRS])
        return set(cursor.fetchall())


def standing(user_id: int, room_id: int, *, lock: bool = False) -> Standing | None:
    """The standing of one user; None in a room that is gone."""
    return standings([(user_id, room_id)], heads([room_id], lock=lock)).get((user_id, room_id))
