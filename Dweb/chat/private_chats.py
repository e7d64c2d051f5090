"""Private chats: makes or finds that of some people. The same people get the same chat, and nobody comes or leaves."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from ..live.direct import direct_room, room_of_several
from ..models import Room, User
from ..refusal import Refusal
from . import guests, making, membership, place_rules, prices, rooms, users
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

PAIR = 2


def make(runtime: "Runtime", user: User, members: Collection[int]) -> Room:
    """Makes or finds the private chat of the user and these people. Raises Refusal; then there is none."""
    check_rate(runtime, user, prices.JOIN)
    others = _others(user, members)
    ids = {user.pk, *(other.pk for other in others)}
    name = direct_room(*ids) if len(ids) == PAIR else room_of_several(ids)
    room = Room.named(name)
    told = [user] if room else [user, *others]  # the others know of one that is there
    if room is None:
        _check_begin(runtime, user, others)
        if len(ids) > PAIR:
            _check_places(user, others)
        room = making.make_named(user, name, ids)
    for member in told:
        rooms.show_joined(runtime, member, room.name)
    return room


def _others(user: User, members: Collection[int]) -> list[User]:
    """These people without the user, who may be among them. Raises Refusal."""
    ids, most = {*members} - {user.pk}, settings.DIRECT_PEOPLE - 1
    if not 1 <= len(ids) <= most:
        detail = _("A private chat needs the ids of 1 to %(most)d other users in members.")
        raise Refusal("bad_input", detail % {"most": most})
    for unseen in _unseen(user, ids):  # before: which accounts there are, guests are not told
        raise users.nobody(unseen)
    return users.find_active(ids)


def _unseen(user: User, ids: Collection[int]) -> list[int]:
    return sorted({*ids} - guests.seen_by(user.pk)) if user.is_guest else []


def _check_places(user: User, others: Sequence[User]) -> None:
    """Raises Refusal if one of them is in as many chats of several as are possible: nobody leaves one."""
    people = {each.pk: each for each in (user, *others)}
    for full in membership.full_of_several(people, settings.MAX_CHATS_OF_SEVERAL):
        detail = _("%(name)s is in as many private chats of several people as are possible.")
        raise Refusal("forbidden", detail % {"name": people[full].shown_name})


def _check_begin(runtime: "Runtime", user: User, others: Sequence[User]) -> None:
    """Raises Refusal if one of them is nobody with whom the user may begin a private chat."""
    for other in others:
        try:
            place_rules.check_begin(runtime, user, other.pk)
        except Refusal as refused:
            if len(others) == 1:
                raise
            about = {"name": other.shown_name, "reason": refused.detail}
            raise Refusal(refused.code, _("%(name)s: %(reason)s") % about, event=refused.event) from None
