"""Membership: which users belong to which rooms. All queries of it stand here; what it permits, permissions decides.

To the lobby everyone belongs; the rows that some have there are no memberships, and only tell what they have chosen.
"""

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from ..databases.lookup import Lookup
from ..databases.sql import placeholders
from ..live.direct import PREFIX, is_direct, partner
from ..models import EVENTS_PER_ROOM, LOBBY, Choices, Mark, Membership, Room, User, fault_of
from ..refusal import Refusal

# A greeting asks these for every user who comes back after a restart: plain SQL takes a third of the ORM's time.
NAMES = "SELECT user_id, name FROM membership JOIN room ON room.id = room_id WHERE user_id IN ({users}) AND name <> %s"
HEADS = (
    "SELECT mine.user_id, room.id, name, room.seq, event.time, mine.level, mine.pinned FROM ("
    "SELECT user_id, room_id, level, pinned FROM membership WHERE user_id IN ({users})"
    " UNION ALL SELECT 0, id, 0, 0 FROM room WHERE name = %s) AS mine JOIN room ON room.id = mine.room_id"
    " LEFT JOIN event ON event.id = room.id * %s + room.seq"
    " ORDER BY name <> %s, event.time DESC, room.id"
)
# Not the ORM, which would delete members that have joined meanwhile.
DELETE_EMPTY = "DELETE FROM room WHERE id = %s AND seq = 0 AND NOT EXISTS (SELECT 1 FROM membership WHERE room_id = %s)"
UNCHOSEN = Choices()
USERS_AT_ONCE = 1_000  # databases bound the values of a query


@dataclass(frozen=True, slots=True)
class Head:
    """A room of a user's: key, name on the wire, name that people read, number and time of the last event, choices."""

    id: int
    room: str
    name: str
    seq: int
    time: datetime | None = None
    choices: Choices = UNCHOSEN


def is_member(user_id: int, room: Room) -> bool:
    return room.name == LOBBY or Membership.objects.filter(user=user_id, room=room).exists()


def room_names(user_id: int) -> list[str]:
    """The lobby and the rooms that this user belongs to."""
    return [LOBBY, *(NAMES_OF.find(user_id) or ())]


def rooms(user_id: int) -> list[Room]:
    """The same rooms, as rows."""
    mine = Membership.objects.filter(user=user_id).values("room")
    return list(Room.objects.filter(Q(name=LOBBY) | Q(pk__in=mine)))


def users(room: Room) -> QuerySet[User]:
    """The members of a room. Of the lobby, everyone."""
    return User.objects.all() if room.name == LOBBY else User.objects.filter(membership__room=room)


def those_in(room: str, user_ids: Set[int]) -> Set[int]:
    """Of these users the members of a room, given by its name."""
    if room == LOBBY:
        return user_ids
    members = Membership.objects.filter(room__name=room)
    if len(user_ids) < USERS_AT_ONCE:
        members = members.filter(user__in=user_ids)
    return user_ids & {*members.values_list("user_id", flat=True)}


def heads(user_id: int) -> list[Head]:
    """The same rooms with the numbers of their last events: the lobby, then those of the newest activity."""
    return HEADS_OF.find(user_id) or []


def display_name(room: str, user_id: int) -> str:
    """The name that this user reads for a room: of a direct room, the other user's."""
    other = partner(room, user_id)
    return shown_names([other]).get(other or 0, room)


def count_group_rooms(user_id: int) -> int:
    mine = Membership.objects.filter(user=user_id).exclude(room__name=LOBBY)
    return mine.exclude(room__name__startswith=PREFIX).count()


def add(user: User, room: Room) -> bool:
    """Makes a user a member. False: they were one before. Raises IntegrityError if the room has gone."""
    return room.name != LOBBY and Membership.objects.get_or_create(user=user, room=room)[1]


def choose(user: User, room: Room, field: str, value: int | bool) -> None:
    """Notes a user's choice for a room, a field of Choices. A user who has left it meanwhile gets no row."""
    if room.name == LOBBY and value:
        Membership.objects.get_or_create(user=user, room=room)
    Membership.objects.filter(user=user, room=room).update(**{field: value})


def choices(user_id: int, room_id: int) -> Choices:
    return all_choices(user_id, room=room_id).get(room_id, UNCHOSEN)


def all_choices(user_id: int, **which: object) -> dict[int, Choices]:
    """The choices of a user, by the rooms' keys; rooms for which there are none are left out."""
    made = Q(level__gt=0) | Q(pinned=True)
    rows = Membership.objects.filter(made, user=user_id, **which).values_list("room_id", *Choices._fields)
    return {room_id: Choices(*chosen) for room_id, *chosen in rows}


def remove(user: User, room: Room) -> None:
    """Ends a membership. A room goes with its last member, if it never had a message.

    The room's row is locked first, as the committer does: of two last members who leave at once, the second one sees
    that the first one has left; a user who joins waits, and finds that the room is gone.
    """
    with transaction.atomic():
        Room.objects.select_for_update().filter(pk=room.pk).first()
        Membership.objects.filter(user=user, room=room).delete()
        with connection.cursor() as cursor:
            cursor.execute(DELETE_EMPTY, (room.pk, room.pk))
            if cursor.rowcount:
                Mark.objects.filter(room=room.pk).delete()


def make_room(name: str, member_ids: Collection[int]) -> Room:
    """Makes a room with its first members, all or nothing. If another thread makes it at once, returns that one.

    Raises Refusal for the name of a group room that may not be given, or that looks like another room's, and
    IntegrityError if the other thread's room has gone again.
    """
    try:
        with transaction.atomic():
            if not is_direct(name):  # the lobby's row is the lock: of two names that look alike, the second is refused
                list(Room.objects.select_for_update().filter(name=LOBBY))
                check_name(name)
            room = Room.objects.create(name=name)
            Membership.objects.bulk_create([Membership(room=room, user_id=user_id) for user_id in member_ids])
    except IntegrityError:
        other = Room.named(name)
        if other is None:
            raise
        return other
    return room


def check_name(name: str) -> None:
    """Raises Refusal for the name of a new room that may not be given, or that looks like another room's."""
    if fault := fault_of(name):
        raise Refusal("bad_input", fault)
    if Room.like(name).exclude(name=name).exists():
        raise Refusal("bad_input", _("There is a room whose name looks the same: choose another name."))


# For the resync: pairs of user ids and rooms' names.


def last_id() -> int:
    """The key of the newest membership."""
    return Membership.objects.aggregate(last=Max("pk"))["last"] or 0


def newer_than(membership_id: int) -> Iterable[tuple[int, str]]:
    return _pairs(pk__gt=membership_id)


def of_users(user_ids: Collection[int]) -> Iterable[tuple[int, str]]:
    return _pairs(user__in=user_ids)


def _pairs(**which: object) -> Iterable[tuple[int, str]]:
    return Membership.objects.filter(**which).exclude(room__name=LOBBY).values_list("user_id", "room__name")


def _ask(query: str, *values: object) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _names(user_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {user_id: [] for user_id in user_ids}
    for user_id, name in _ask(NAMES.format(users=placeholders(user_ids)), *user_ids, LOBBY):
        found[user_id].append(name)
    return found


def _heads(user_ids: Collection[int]) -> dict[int, list[Head]]:
    rows = _ask(HEADS.format(users=placeholders(user_ids)), *user_ids, LOBBY, EVENTS_PER_ROOM, LOBBY)
    names = shown_names(partner(name, user_id) for user_id, _, name, *_ in rows if user_id)
    in_lobby = {user_id: _choices(*chosen) for user_id, _, name, _, _, *chosen in rows if name == LOBBY}
    found: dict[int, list[Head]] = {user_id: [] for user_id in user_ids}
    for member, pk, name, seq, time, *chosen in rows:
        if name != LOBBY:
            shown = names.get(partner(name, member) or 0, name)
            found[member].append(Head(pk, name, shown, seq, _aware(time), _choices(*chosen)))
        elif not member:  # the lobby is everybody's
            for user_id in user_ids:
                found[user_id].append(Head(pk, name, name, seq, _aware(time), in_lobby.get(user_id, UNCHOSEN)))
    return found


def _choices(level: int, pinned: int) -> Choices:
    return Choices(int(level), bool(pinned))


def _aware(time: datetime | None) -> datetime | None:
    return time and time.replace(tzinfo=UTC)


NAMES_OF = Lookup(_names)
HEADS_OF = Lookup(_heads)


def shown_names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """The names by which users are shown, by their ids; without those who are no more."""
    wanted = [user_id for user_id in user_ids if user_id is not None]
    found: dict[int, str] = {}
    for start in range(0, len(wanted), USERS_AT_ONCE):
        users = User.objects.filter(pk__in=wanted[start : start + USERS_AT_ONCE])
        found |= {user.pk: user.shown_name for user in users.only("account", "username", "shows_account")}
    return found
