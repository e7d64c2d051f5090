"""Making rooms: which names and titles a new one may have, and what opening a name makes."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..live.direct import is_direct
from ..models import LOBBY, Role, Room, RoomKind, User, fault_of
from ..refusal import Refusal
from . import membership_changes as changes
from . import permissions
from .quotas import check_new_room


def make_named(user: User, name: str, member_ids: Collection[int]) -> Room:
    """Makes the room of this name with its first members: a direct one, or an open one that the user owns.

    If another thread makes it at once, returns that one. Raises Refusal for a name that may not be given, that looks
    like another room's, or beyond the quota; and IntegrityError if the other thread's room has gone again.
    """
    if not is_direct(name):
        check_name(name)  # a name that is refused takes nothing from the quota
    check_new_room(user, name)
    try:
        with transaction.atomic():
            return _create(name, user.pk, member_ids)
    except IntegrityError:
        other = Room.named(name)
        if other is None:
            raise
        return other


def _create(name: str, owner_id: int, member_ids: Collection[int]) -> Room:
    if is_direct(name):
        room = Room.objects.create(name=name, kind=RoomKind.DIRECT)
        owner_id = 0
    else:
        lock_names()
        check_name(name)
        room = Room.objects.create(name=name, title=name)
    changes.create(room, {id: Role.OWNER if id == owner_id else Role.MEMBER for id in member_ids})
    return room


def lock_names() -> None:
    """Of two names or titles at once that look alike, the second is refused: the lobby's row is the lock."""
    list(Room.objects.select_for_update().filter(name=LOBBY))


def check_name(name: str) -> None:
    """Raises Refusal for the name of a new room that may not be given, or that looks like another room's."""
    if fault := fault_of(name):
        raise Refusal("bad_input", fault)
    # In the query, not before it: another thread may make the room of this name meanwhile, and then both are in it.
    others = (rooms.exclude(name=name) for rooms in (Room.like(name), _titled_like(name)))
    if any(rooms.exists() for rooms in others):
        raise Refusal("bad_input", _("There is a room whose name looks the same: choose another name."))


def check_title(title: str) -> None:
    """Raises Refusal for a title that may not be given."""
    if fault := fault_of(title):
        raise Refusal("bad_input", fault)


def check_untaken(title: str) -> None:
    """Raises Refusal for a title that looks like that of another open room. Private rooms are no one's to compare."""
    if is_taken(title):
        raise Refusal("bad_input", _("There is a room whose name looks the same: choose another name."))


def is_taken(title: str, but: int | None = None) -> bool:
    """True if an open room, other than the one with the key `but`, has a title that looks the same."""
    return _titled_like(title).exclude(pk=but).exists()


def _titled_like(title: str) -> QuerySet[Room]:
    return Room.titled_like(title).filter(kind__in=permissions.ADMINS_OWN)
