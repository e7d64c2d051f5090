"""Permissions: who may do what in a room. Nothing else answers that.

The rules take a standing and raise Denied; those that decide what is stored are asked in the committer's transaction,
under the room's lock. The functions below them find rooms, and raise Refusal.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ..live.direct import direct_room, direct_users, is_direct
from ..log.standing import Check, Denied, Standing
from ..models import LOBBY, Role, Room, RoomKind, User
from ..refusal import Refusal
from . import guests, membership, users
from .denials import permitted, reached, refusal

if TYPE_CHECKING:
    from ..runtime import Runtime

ROOMS_KNOWN = 10_000  # whose keys are kept in memory
ADMINS_OWN = (RoomKind.LOBBY, RoomKind.OPEN)  # there an admin of the place has the rights of an owner


def rank(standing: Standing) -> Role | None:
    """The role whose rights count; None for who has none."""
    if not standing.is_active:
        return None
    if standing.is_admin and standing.kind in ADMINS_OWN:
        return Role.OWNER
    if standing.kind == RoomKind.LOBBY:  # its moderators are the admins
        return Role.MEMBER if standing.is_member else None
    return Role(standing.role) if standing.is_member else None


def role_of(standing: Standing) -> Role:
    """The role that people see."""
    return Role.MODERATOR if standing.kind == RoomKind.LOBBY and standing.is_admin else Role(standing.role)


def exists_for(standing: Standing) -> bool:
    """False if the room does not exist for this user, who is then told nothing else."""
    return standing.is_member or (standing.kind in ADMINS_OWN and not standing.is_guest)


def check_member(standing: Standing) -> None:
    if not standing.is_active:
        raise Denied("suspended")
    if not standing.is_member:
        raise Denied("outside" if exists_for(standing) else "absent")


def check_write(standing: Standing, author: int | None, now: datetime) -> None:
    check_member(standing)
    if standing.archived:
        raise Denied("archived")
    if standing.blocked:
        raise Denied("blocked")
    if standing.frozen and rank(standing) == Role.MEMBER:
        raise Denied("frozen")
    if standing.muted_until is not None and standing.muted_until > now:
        raise Denied("muted", standing.muted_until)


def check_hook(standing: Standing, author: int | None, now: datetime) -> None:
    """A webhook, which is no member, writes in its room; also in a frozen one: moderators make it and end it."""
    if not standing.is_active:
        raise Denied("suspended")
    if standing.archived:
        raise Denied("archived")


def check_edit(user_id: int) -> Check:
    """The check of whether a user may edit an author's message."""

    def check(standing: Standing, author: int | None, now: datetime) -> None:
        check_write(standing, author, now)
        if author != user_id:
            raise Denied("foreign")

    return check


def check_delete(user_id: int, *, moderates: bool = True) -> Check:
    """The check of whether a user may delete an author's message: own ones always, others' if they moderate."""

    def check(standing: Standing, author: int | None, now: datetime) -> None:
        check_member(standing)
        if standing.archived:
            raise Denied("archived")
        if author != user_id and (not moderates or rank(standing) == Role.MEMBER):
            raise Denied("foreign")

    return check


def require(least: Role) -> Check:
    """The check of whether a user has at least this role's rights in a room."""

    def check(standing: Standing, author: int | None = None, now: datetime | None = None) -> None:
        own = rank(standing)
        if own is None or standing.kind == RoomKind.DIRECT:
            check_member(standing)
        if own is None or own < least or standing.kind == RoomKind.DIRECT:
            raise Denied("rank")

    return check


def check_over(standing: Standing, other: Standing) -> None:
    """Denies a deed upon another user, unless one is above them; owners are above everyone."""
    own, theirs = rank(standing), rank(other)
    if own is None or (own != Role.OWNER and theirs is not None and own <= theirs):
        raise Denied("rank")


def check_admin(standing: Standing, author: int | None, now: datetime) -> None:
    """Admins of the place archive and delete every room, and name owners, also where they are no members."""
    if not (standing.is_active and standing.is_admin) or standing.kind not in membership.GROUPS:
        raise Denied("rank")


def check_any(standing: Standing, author: int | None, now: datetime) -> None:
    """For deeds that ask more of a user themselves, once they have seen upon whom."""
    if rank(standing) is None:
        check_member(standing)


def check_invite(standing: Standing, author: int | None = None, now: datetime | None = None) -> None:
    """Members but guests invite to open rooms, moderators to private ones and to the lobby."""
    require(Role.MEMBER if standing.kind == RoomKind.OPEN else Role.MODERATOR)(standing, author, now or timezone.now())
    if standing.is_guest:
        raise Denied("rank")


def check_add(standing: Standing, other: Standing, role: Role, now: datetime) -> None:
    """People are added, as members, by whoever may invite; those who are banned by moderators alone."""
    check_invite(standing, None, now)
    if is_barred(other, now) or role != Role.MEMBER:
        require(Role.OWNER if role != Role.MEMBER else Role.MODERATOR)(standing, None, now)


def is_barred(standing: Standing, now: datetime) -> bool:
    """True for who is banned; a ban with an end is a mute that outlived a membership."""
    return standing.banned and (standing.muted_until is None or standing.muted_until > now)


def check_return(standing: Standing) -> None:
    """A user who is banned does not come back by themselves."""
    if is_barred(standing, timezone.now()):
        raise Denied("muted" if standing.muted_until else "banned", standing.muted_until)


def check_join(standing: Standing) -> None:
    """Everyone but guests may join an open room by themselves, if they are not banned there."""
    if exists_for(standing):
        check_return(standing)
    if not standing.is_member and not (standing.kind == RoomKind.OPEN and not standing.is_guest):
        raise Denied("absent")


def room_of(user: User, name: str) -> Room:
    """A room that this user belongs to. Raises Refusal: not_found, or forbidden."""
    room, standing = found(user, name)
    permitted(check_member, standing, name)
    return room


def found(user: User, name: str, *, lock: bool = False) -> tuple[Room, Standing]:
    """A room that exists for this user, with their standing there. Raises Refusal: not_found, or of others' chats.

    With `lock` it stays as it is until COMMIT.
    """
    users = direct_users(name)
    if users is not None and user.pk not in users:
        detail = _("This is a private chat of others.")
        raise Refusal("forbidden", detail, event="access_refused", about={"room": name})
    looked = membership.look(user.pk, reached(user, name), lock=lock)
    if looked is None or not exists_for(looked[1]):
        raise refusal(Denied("absent"), name)
    return looked


def room_to_read(user: User, name: str) -> Room | None:
    """Finds a room like room_of(); None for a direct room of the user's in which nothing was written yet."""
    if user.pk in (direct_users(name) or ()) and user.reaches(name) and Room.named(name) is None:
        return None
    return room_of(user, name)


def rooms_to_search(user: User, name: str | None) -> list[Room]:
    """The room of this name, or without a name all rooms that this user may read."""
    if name is None:
        return [room for room in membership.rooms(user.pk) if user.reaches(room.name)]
    room = room_to_read(user, name)
    return [] if room is None else [room]


def room_to_write(runtime: "Runtime", user: User, name: str) -> tuple[int, str]:
    """The key and the name of a room in which this user may write. Asks no database for most messages.

    The lobby is nearly everyone's, and a user with a subscribed client is a member: the transaction looks again.
    """
    known = known_room(runtime, user, name)
    if known is not None:
        return known, name
    room = room_of(user, name)
    if name == LOBBY or is_writer(runtime, user, name):
        if len(runtime.room_ids) >= ROOMS_KNOWN:
            runtime.room_ids.clear()
        runtime.room_ids[name] = room.pk
    return room.pk, room.name


def known_room(runtime: "Runtime", user: User, name: str) -> int | None:
    """The key of a room in which this user may write, as far as can be told without the database."""
    is_known = user.reaches(name) and (name == LOBBY or is_writer(runtime, user, name))
    return runtime.room_ids.get(name) if is_known else None


def is_writer(runtime: "Runtime", user: User, name: str) -> bool:
    """True if it can be told without the database that a user is a member there."""
    return user.reaches(name) and runtime.subscriptions.is_subscribed(user.pk, name)


def direct_to_write(user: User, other_id: int) -> str:
    """The name of the direct room in which this user may write to another one, who must have an account.

    Guests write to those whom they see.
    """
    if not guests.sees(user, other_id) or not users.all_shown().filter(pk=other_id, is_active=True).exists():
        raise users.nobody(other_id)
    return reached(user, direct_room(user.pk, other_id))


def check_rooms(user: User, more: int = 0) -> None:
    """Refuses `more` rooms beyond MAX_ROOMS_PER_USER."""
    if membership.count_group_rooms(user.pk) + more > settings.MAX_ROOMS_PER_USER:
        detail = _("You are in %(most)d rooms, and no more are possible: leave one first.")
        raise Refusal("forbidden", detail % {"most": settings.MAX_ROOMS_PER_USER})


def room_to_leave(user: User, name: str) -> Room:
    if name == LOBBY or is_direct(name):
        raise Refusal("bad_input", _("Only group rooms can be left."))
    return room_of(user, name)
