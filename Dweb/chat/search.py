"""Search: finds messages in the rooms that a user may read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from ..live import wire
from ..models import User
from ..refusal import Refusal
from ..search import find
from . import permissions
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def search(
    runtime: "Runtime", user: User, query: str, room: str | None, before: int | None
) -> tuple[Sequence[wire.Event], bool]:
    """The newest messages that match, in this room or in all of the user's, and whether there may be more.

    `before` is an event's id: only older messages count. Raises Refusal.
    """
    check_rate(runtime, user)
    try:
        return find.find(permissions.rooms_to_search(user, room), query, before, settings.SEARCH_EVENTS)
    except find.UnknownMessage:
        raise Refusal("not_found", _("There is no message %(id)d in your rooms.") % {"id": before}) from None
