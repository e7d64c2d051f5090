"""Permissions: who may do what in a room. Nothing else answers that; each function raises Refusal for "no"."""

from collections.abc import Set
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from ..live.direct import direct_room, direct_users, is_direct
from ..models import LOBBY, Room, User
from ..refusal import Refusal
from . import membership

if TYPE_CHECKING:
    from ..runtime import Runtime

ROOMS_KNOWN = 10_000  # whose keys are kept in memory


def room_of(user: User, name: str) -> Room:
    """A room that this user belongs to. Raises Refusal: not_found, or forbidden."""
    users = direct_users(name)
    if users is not None and user.pk not in users:
        raise _foreign(_("This is a private chat of others."), name)
    room = Room.named(name)
    if room is None:
        raise Refusal("not_found", _("There is no room %(room)s: open it to make it.") % {"room": name})
    if not membership.is_member(user.pk, room):
        raise _foreign(_("You are not in room %(room)s: open it to join.") % {"room": name}, name)
    return room


def room_to_read(user: User, name: str) -> Room | None:
    """Finds a room like room_of(); None for a direct room of the user's in which nothing was written yet."""
    if user.pk in (direct_users(name) or ()) and Room.named(name) is None:
        return None
    return room_of(user, name)


def rooms_to_search(user: User, name: str | None) -> list[Room]:
    """The room of this name, or without a name all rooms that this user may read."""
    if name is None:
        return membership.rooms(user.pk)
    room = room_to_read(user, name)
    return [] if room is None else [room]


def room_to_write(runtime: "Runtime", user: User, name: str) -> tuple[int, str]:
    """The key and the name of a room in which this user may write. Asks no database for most messages.

    The lobby is everyone's, and a user with a subscribed client is a member: only the room's key may be unknown.
    """
    known = known_room(runtime, user, name)
    if known is not None:
        return known, name
    room = room_of(user, name)
    if is_writer(runtime, user, name):
        if len(runtime.room_ids) >= ROOMS_KNOWN:
            runtime.room_ids.clear()
        runtime.room_ids[name] = room.pk
    return room.pk, room.name


def known_room(runtime: "Runtime", user: User, name: str) -> int | None:
    """The key of a room in which this user may write, if it can be told without the database."""
    return runtime.room_ids.get(name) if is_writer(runtime, user, name) else None


def is_writer(runtime: "Runtime", user: User, name: str) -> bool:
    """True if it can be told without the database that a user may read and write there."""
    return name == LOBBY or runtime.subscriptions.is_subscribed(user.pk, name)


def direct_to_write(user: User, other_id: int) -> str:
    """The name of the direct room in which this user may write to another one, who must have an account."""
    if not User.objects.filter(pk=other_id, is_active=True).exists():
        raise Refusal("not_found", _("There is no user %(userid)d.") % {"userid": other_id})
    return direct_room(user.pk, other_id)


def room_to_join(user: User, name: str) -> Room | None:
    """The room that this user may join, or has joined; None for a group room that is yet to be made.

    A user has at most MAX_ROOMS_PER_USER group rooms.
    """
    if name == LOBBY or is_direct(name):
        return room_of(user, name)
    room = Room.named(name)
    if room is not None and membership.is_member(user.pk, room):
        return room
    check_rooms(user, more=1)
    return room


def check_rooms(user: User, more: int = 0) -> None:
    """Refuses `more` rooms beyond MAX_ROOMS_PER_USER."""
    if membership.count_group_rooms(user.pk) + more > settings.MAX_ROOMS_PER_USER:
        detail = _("You are in %(most)d rooms, and no more are possible: leave one first.")
        raise Refusal("forbidden", detail % {"most": settings.MAX_ROOMS_PER_USER})


def room_to_leave(user: User, name: str) -> Room:
    if name == LOBBY or is_direct(name):
        raise Refusal("bad_input", _("Only group rooms can be left."))
    return room_of(user, name)


def changeable_authors(user: User) -> Set[int]:
    """The users whose messages this user may edit or delete: the verdict that the committer's transaction applies."""
    return frozenset([user.pk])


def check_sender(user: User, userfrom: int | None) -> None:
    """Refuses an entry that names another sender than the user who is signed in."""
    if userfrom is not None and userfrom != user.pk:
        detail = _("userfrom is not the user who is signed in.")
        raise Refusal("forbidden", detail, event="access_refused", about={"userfrom": userfrom})


def _foreign(detail: str, room: str) -> Refusal:
    return Refusal("forbidden", detail, event="access_refused", about={"room": room})
