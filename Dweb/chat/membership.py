"""Membership: which users belong to which rooms, and as what. What it permits, permissions decides.

To the lobby everyone belongs but guests; the rows of others there only tell what holds for them.
"""

from collections.abc import Collection, Iterable, Set
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from ..databases.lookup import Lookup
from ..databases.sql import placeholders
from ..live.direct import is_several, name_of_several, partner
from ..log.standing import Head, Standing, heads, standings
from ..models import LOBBY, BotKind, Choices, Membership, Role, Room, RoomKind, User

USERS_AT_ONCE = 1_000  # databases bound the values of a query
GROUPS = (RoomKind.OPEN, RoomKind.PRIVATE)
# A greeting asks these for every user who comes back after a restart: plain SQL takes a third of the ORM's time.
NAMES = (
    "SELECT user_id, name FROM membership JOIN room ON room.id = room_id"
    " WHERE user_id IN ({users}) AND NOT banned AND kind <> {lobby}"
    " UNION ALL SELECT user_id, name FROM {people} AS person JOIN room ON name = %s"
    " WHERE user_id IN ({users}) AND (NOT is_guest OR EXISTS (SELECT 1 FROM membership"
    " WHERE membership.user_id = person.user_id AND room_id = room.id AND NOT banned))"
)
UNCHOSEN = Choices()


class Place(NamedTuple):
    """A user's place in a room; `key` is the one of their name."""

    role: int
    key: str
    muted_until: datetime | None
    is_bot: bool = False


def look(user_id: int, name: str, *, lock: bool = False) -> tuple[Room, Standing] | None:
    """A room and a user's standing there; None if there is no such room. With `lock` it stays until COMMIT."""
    room = (Room.objects.select_for_update() if lock else Room.objects).filter(name=name).first()
    return None if room is None else (room, standing_in(user_id, room))


def standing_in(user_id: int, room: Room) -> Standing:
    head = Head(room.seq, room.kind, room.frozen, room.archived)
    return standings([(user_id, room.pk)], {room.pk: head})[user_id, room.pk]


def is_member(user_id: int, room: Room) -> bool:
    return standing_in(user_id, room).is_member


def room_names(user_id: int) -> list[str]:
    """The rooms that this user belongs to, the lobby among them."""
    return NAMES_OF.find(user_id) or []


def rooms(user_id: int) -> list[Room]:
    """The same rooms, as rows."""
    return list(Room.objects.filter(name__in=room_names(user_id)))


def those_of(user_id: int, room_ids: Collection[int]) -> set[int]:
    """Of these rooms, given by their keys, those that this user belongs to."""
    found = standings([(user_id, room_id) for room_id in room_ids], heads(room_ids))
    return {room_id for (_, room_id), standing in found.items() if standing.is_member}


def users(room: Room) -> QuerySet[User]:
    """The members of a room. Of the lobby, everyone but guests, who are asked there."""
    members = User.objects.filter(membership__room=room, membership__banned=False)
    return User.objects.filter(Q(is_guest=False) | Q(pk__in=members)) if room.kind == RoomKind.LOBBY else members


def those_in(room: str, user_ids: Set[int]) -> Set[int]:
    """Of these users the members of a room, given by its name."""
    if room == LOBBY:
        return user_ids
    members = Membership.objects.filter(room__name=room, banned=False)
    if len(user_ids) < USERS_AT_ONCE:
        members = members.filter(user__in=user_ids)
    return user_ids & {*members.values_list("user_id", flat=True)}


def moderates(user_id: int, other_id: int) -> bool:
    """True if a user is moderator or owner of a group room that the other one is in."""
    shared = Room.objects.filter(kind__in=GROUPS, membership__user=other_id, membership__banned=False)
    return Membership.objects.filter(user=user_id, role__gte=Role.MODERATOR, room__in=shared).exists()


def moderated(user_id: int) -> QuerySet[Room]:
    """The group rooms of which this user is moderator or owner."""
    own = Q(membership__user=user_id, membership__banned=False, membership__role__gte=Role.MODERATOR)
    return Room.objects.filter(own, kind__in=GROUPS)


def groups(user_id: int) -> QuerySet[Room]:
    """The group rooms that this user belongs to."""
    return Room.objects.filter(kind__in=GROUPS, membership__user=user_id, membership__banned=False)


def shared(user_id: int, other_id: int) -> QuerySet[Room]:
    """The group rooms that both users belong to."""
    return groups(user_id).filter(pk__in=groups(other_id).values("pk"))


def counted(rooms: QuerySet[Room], user_id: int) -> QuerySet[Room]:
    """The rooms with `people`, how many belong to each, and `joined`, whether this user does."""
    of_room = Membership.objects.filter(room=OuterRef("pk"), banned=False).order_by()
    count = of_room.filter(user__is_active=True).values("room").annotate(count=Count("pk")).values("count")
    return rooms.annotate(people=Subquery(count), joined=Exists(of_room.filter(user=user_id)))


def roles(room: Room) -> dict[int, Place]:
    """The people of a room, without suspended ones, by their ids."""
    rows = Membership.objects.filter(room=room, banned=False, user__is_active=True)
    values = rows.values_list("user_id", "role", "user__name_key", "muted_until", "user__bot")
    found = {user_id: Place(role, key, until, bool(bot)) for user_id, role, key, until, bot in values}
    if room.kind != RoomKind.LOBBY:
        return found
    everyone = User.objects.filter(is_active=True, is_guest=False)
    for user_id, key, is_admin, bot in everyone.values_list("pk", "name_key", "is_superuser", "bot"):
        until = found[user_id].muted_until if user_id in found else None
        found[user_id] = Place(Role.MODERATOR if is_admin else Role.MEMBER, key, until, bool(bot))
    return found


def companions(guest_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The users who are in a room with each of these guests, the guest among them."""
    found: dict[int, set[int]] = {guest_id: {guest_id} for guest_id in guest_ids}
    own = Membership.objects.filter(user__in=guest_ids, banned=False).values_list("user_id", "room_id", "room__kind")
    guests: dict[int, list[int]] = {}
    for guest_id, room_id, kind in own:
        guests.setdefault(room_id, []).append(guest_id)
        if kind == RoomKind.LOBBY:
            found[guest_id].update(User.objects.filter(is_guest=False).values_list("pk", flat=True))
    for room_id, user_id in Membership.objects.filter(room__in=guests, banned=False).values_list("room_id", "user_id"):
        for guest_id in guests[room_id]:
            found[guest_id].add(user_id)
    return {guest_id: frozenset(users) for guest_id, users in found.items()}


def display_name(room: str, user_id: int) -> str:
    """The name that this user reads for a room: of a direct room, those of the other users."""
    if is_several(room):
        return name_of_several([*others_in(room, user_id).values()])
    other = partner(room, user_id)
    return shown_names([other]).get(other or 0, room)


def others_in(room: str, user_id: int) -> dict[int, str]:
    """The others in a chat of several by their ids, in the order of these, with their names."""
    ids = Membership.objects.filter(room__name=room).exclude(user=user_id).values_list("user_id", flat=True)
    return dict(sorted(shown_names(ids).items()))


def count_group_rooms(user_id: int) -> int:
    return Membership.objects.filter(user=user_id, banned=False, room__kind__in=GROUPS).count()


def full_of_several(user_ids: Collection[int], most: int) -> set[int]:
    """Which of these users are in so many private chats of several."""
    several = Membership.objects.filter(user__in=user_ids, room__kind=RoomKind.DIRECT).exclude(room__name__contains=".")
    counts = several.order_by().values_list("user_id").annotate(count=Count("pk"))
    return {user_id for user_id, count in counts if count >= most}


def owners(room: Room) -> int:
    return Membership.objects.filter(room=room, role=Role.OWNER, banned=False, user__is_active=True).count()


def joinable(user_id: int, names: Set[str]) -> set[str]:
    """Of these rooms those that are open, unless the user is a guest."""
    if User.objects.filter(pk=user_id, is_guest=True).exists():
        return set()
    return {*Room.objects.filter(name__in=names, kind=RoomKind.OPEN).values_list("name", flat=True)}


def others(user_id: int, room: Room) -> bool:
    """True if other people than this user belong to a room, suspended ones and bots aside."""
    people = Membership.objects.filter(room=room, banned=False, user__is_active=True, user__bot=BotKind.NONE)
    return people.exclude(user=user_id).exists()


def choices(user_id: int, room_id: int) -> Choices:
    return all_choices(user_id, room=room_id).get(room_id, UNCHOSEN)


def all_choices(user_id: int, **which: object) -> dict[int, Choices]:
    """The choices of a user, by the rooms' keys; rooms for which there are none are left out."""
    made = Q(level__gt=0) | Q(pinned=True) | Q(hidden__gt=0)
    rows = Membership.objects.filter(made, user=user_id, **which)
    values = rows.values_list("room_id", "level", "pinned", "hidden", "room__seq")
    return {room_id: Choices(level, pinned, seq < hidden) for room_id, level, pinned, hidden, seq in values}


# For the resync: pairs of user ids and rooms' names.


def last_id() -> int:
    """The key of the newest membership."""
    return Membership.objects.aggregate(last=Max("pk"))["last"] or 0


def newer_than(membership_id: int) -> Iterable[tuple[int, str]]:
    return _pairs(pk__gt=membership_id)


def of_users(user_ids: Collection[int]) -> Iterable[tuple[int, str]]:
    return _pairs(user__in=user_ids)


def _pairs(**which: object) -> Iterable[tuple[int, str]]:
    rows = Membership.objects.filter(banned=False, **which).exclude(room__kind=RoomKind.LOBBY)
    return rows.values_list("user_id", "room__name")


def _names(user_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {user_id: [] for user_id in user_ids}
    sql = NAMES.format(users=placeholders(user_ids), people=connection.ops.quote_name("user"), lobby=RoomKind.LOBBY)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*user_ids, LOBBY, *user_ids])
        for user_id, name in cursor.fetchall():
            found[user_id].append(name)
    return found


NAMES_OF = Lookup(_names)


def shown_names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """The names by which users are shown, by their ids; without those who are no more."""
    wanted = [user_id for user_id in user_ids if user_id is not None]
    found: dict[int, str] = {}
    for start in range(0, len(wanted), USERS_AT_ONCE):
        users = User.objects.filter(pk__in=wanted[start : start + USERS_AT_ONCE])
        found |= {user.pk: user.shown_name for user in users.only("account", "username", "shows_account")}
    return found


def bots_among(user_ids: Iterable[int | None]) -> frozenset[int]:
    """Which of these users are bots."""
    wanted = [user_id for user_id in user_ids if user_id is not None]
    parts = (wanted[start : start + USERS_AT_ONCE] for start in range(0, len(wanted), USERS_AT_ONCE))
    found = (User.objects.filter(pk__in=part, bot__gt=BotKind.NONE).values_list("pk", flat=True) for part in parts)
    return frozenset(user_id for part in found for user_id in part)
