"""What the settings of the place let people do: who makes rooms, and who begins private chats with whom."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..log.standing import Denied
from ..models import Block, Circle, RoomsBy, User
from ..refusal import Refusal
from . import denials, membership, users
from .selves import self_of

if TYPE_CHECKING:
    from ..runtime import Runtime


def check_make(runtime: "Runtime", user: User) -> None:
    """Raises Refusal, forbidden, if this user makes no rooms here."""
    own = self_of(user.pk)
    if own.is_guest:
        raise _refused(_("Guests make no rooms."))
    if runtime.place.current.rooms_by == RoomsBy.ADMINS and not own.is_admin:
        raise _refused(_("Here only admins make rooms."))


def check_begin(runtime: "Runtime", user: User, other_id: int) -> None:
    """Raises Refusal, forbidden, if this user begins no private chat with the other one."""
    if Block.objects.filter(user=other_id, other=user.pk).exists():
        raise denials.refusal(Denied("blocked"), "")
    place = runtime.place.current
    if user.pk == other_id or place.chats_by == place.chats_with == Circle.EVERYONE:
        return
    other = users.known(other_id)
    if not _is_in(place.chats_by, user, other):
        raise _refused(_("You may not begin private chats here."))
    if not _is_in(place.chats_with, other, user):
        raise _refused(_("Private chats can be begun with moderators and admins only."))


def _is_in(circle: str, user: User, other: User) -> bool:
    """Moderators are those of a room that both are in."""
    own = self_of(user.pk)
    if circle == Circle.EVERYONE or own.is_admin:
        return True
    return not own.is_guest if circle == Circle.MEMBERS else membership.moderates(user.pk, other.pk)


def _refused(detail: str) -> Refusal:
    return Refusal("forbidden", detail, event="access_refused")
