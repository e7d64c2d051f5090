"""Changes of membership: who belongs to a room, as what, and what they choose there. Decides nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from ..models import LOBBY, Mark, Membership, Role, Room, RoomKind, User

# Not the ORM, which would delete members that have joined meanwhile.
DELETE_EMPTY = "DELETE FROM room WHERE id = %s AND seq = 0 AND NOT EXISTS (SELECT 1 FROM membership WHERE room_id = %s)"


def add(user: User, room: Room) -> bool:
    """Makes a user a member. False: they were one before. Raises IntegrityError if the room has gone."""
    if room.kind == RoomKind.LOBBY or Membership.objects.filter(user=user, room=room, banned=False).exists():
        return False
    enter(user, room, Role.MEMBER)
    return True


def create(room: Room, roles: Mapping[int, Role]) -> None:
    """Makes the first members of a new room, by their ids."""
    Membership.objects.bulk_create([Membership(room=room, user_id=id, role=role) for id, role in roles.items()])


def enter(user: User, room: Room, role: Role) -> None:
    """Makes a user a member with this role, also if they were banned."""
    Membership.objects.filter(user=user, room=room).delete()
    Membership.objects.create(user=user, room=room, role=role)


def end(user: User, room: Room, *, ban: bool) -> None:
    """Ends a membership. A ban outlives it, and so does a mute: until that is over, it is a ban."""
    own = Membership.objects.filter(user=user, room=room)
    muted = None if ban else own.filter(muted_until__gt=timezone.now()).first()
    own.delete()
    if ban or muted:
        Membership.objects.create(user=user, room=room, banned=True, muted_until=muted and muted.muted_until)


def end_all(room: Room) -> None:
    Membership.objects.filter(room=room).delete()


def give_role(user: User, room: Room, role: Role) -> None:
    Membership.objects.filter(user=user, room=room).update(role=role)


def mute(user: User, room: Room, until: datetime | None) -> None:
    Membership.objects.update_or_create(user=user, room=room, defaults={"muted_until": until})


def choose(user: User, room: Room, field: str, value: int | bool) -> None:
    """Notes a user's choice for a room, a field of Choices. A user who has left it meanwhile gets no row."""
    if room.name == LOBBY and value:
        Membership.objects.get_or_create(user=user, room=room)
    Membership.objects.filter(user=user, room=room, banned=False).update(**{field: value})


def remove(user: User, room: Room) -> None:
    """Ends a membership. A room goes with its last member, if it never had a message.

    The room's row is locked first, as the committer does: of two last members who leave at once, the second one sees
    that the first one has left; a user who joins waits, and finds that the room is gone.
    """
    with transaction.atomic():
        Room.objects.select_for_update().filter(pk=room.pk).first()
        if Membership.objects.filter(user=user, room=room, banned=False).exists():
            end(user, room, ban=False)
        with connection.cursor() as cursor:
            cursor.execute(DELETE_EMPTY, (room.pk, room.pk))
            if cursor.rowcount:
                Mark.objects.filter(room=room.pk).delete()
