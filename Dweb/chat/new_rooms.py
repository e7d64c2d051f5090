"""New rooms with a title, a kind, a topic and first members."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ..live.direct import is_direct, is_untaken, untaken_room
from ..log.standing import Denied
from ..models import Role, Room, RoomKind, User
from ..refusal import Refusal
from . import denials, making, membership, permissions, place_rules, prices, rooms, users
from . import membership_changes as changes
from .quotas import check_added, check_new_room
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

NAME_CHARS = 60  # of a title; its name on the wire may get a number behind it


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room that is to be made; without `name` its name on the wire is made from the title."""

    title: str
    kind: RoomKind
    name: str | None = None
    topic: str = ""
    members: Collection[int] = ()


def make(runtime: "Runtime", user: User, new: NewRoom) -> Room:
    """Makes a room, with the user as its owner and others as members. Raises Refusal; then there is none."""
    check_rate(runtime, user, prices.JOIN + len(new.members) // prices.EXTRA_FIRST_MEMBERS)
    place_rules.check_make(runtime, user)
    permissions.check_rooms(user, more=1)
    others = users.find_active({*new.members} - {user.pk})
    for other in others:
        if membership.count_group_rooms(other.pk) >= settings.MAX_ROOMS_PER_USER:
            raise denials.refusal(Denied("full"), new.title)
    making.check_title(new.title)
    _check_names(new)  # before: a refusal takes nothing from the quota
    check_new_room(user, new.name or new.title)
    check_added(user, len(others))
    with transaction.atomic():
        making.lock_names()
        _check_names(new)
        about = {"kind": new.kind, "title": new.title, "topic": new.topic}
        room = Room.objects.create(name=_name_of(new), **about)
        changes.create(room, {user.pk: Role.OWNER, **{other.pk: Role.MEMBER for other in others}})
    for member in (user, *others):
        rooms.show_joined(runtime, member, room.name)
    return room


def _check_names(new: NewRoom) -> None:
    """Raises Refusal for a title or a name on the wire that this room may not have."""
    if new.kind == RoomKind.PRIVATE:
        return
    making.check_untaken(new.title)
    if new.name is not None:
        if is_direct(new.name) or is_untaken(new.name):
            raise Refusal("bad_input", _("Such a name is given to private rooms and chats: choose another name."))
        making.check_name(new.name)
        if Room.named(new.name):
            raise denials.refusal(Denied("taken"), new.name)


def _name_of(new: NewRoom) -> str:
    """A name on the wire that no room has. That of a private room says nothing, and cannot be guessed."""
    if new.kind == RoomKind.PRIVATE:
        return untaken_room()
    if new.name is not None:
        return new.name
    name = wire_name(new.title)
    for number in count(2):
        if not Room.like(name).exists():
            return name
        name = f"{wire_name(new.title)}-{number}"
    raise AssertionError("the numbers do not end")


def wire_name(title: str) -> str:
    """The letters and digits of a title, with a hyphen for everything between them; `room` if it has none."""
    kept = "".join(
        char if unicodedata.category(char)[0] in "LMN" else " " for char in unicodedata.normalize("NFC", title)
    )
    return "-".join(kept.split())[:NAME_CHARS].strip("-") or "room"
