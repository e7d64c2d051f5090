"""GET /history/: pages of a room's log."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import runtime
from ..chat import permissions
from ..live.direct import direct_room
from ..log import history as log
from ..models import LOBBY
from ..refusal import Refusal
from .api import json_view
from .fields import clean_number, clean_optional_number, clean_room

EVENTS = 50
MAX_EVENTS = 200


@json_view("GET")
def history(request: HttpRequest) -> dict[str, Any]:
    """A page of a room's log: the last events, or those before or after a number."""
    fields = request.GET.dict()
    limit = min(clean_number(fields, "limit", EVENTS), MAX_EVENTS)
    if not limit:
        raise Refusal("bad_input", _("limit must be 1 or more."))
    before, after = (clean_optional_number(fields, name) for name in ("before", "after"))
    if before is not None and after is not None:
        raise Refusal("bad_input", _("Give before or after, not both."))
    if fields.get("userto"):
        name = direct_room(request.user.pk, clean_number(fields, "userto"))
    else:
        name = clean_room(fields.get("room") or LOBBY)
    room = permissions.room_to_read(request.user, name)
    if room is None:
        events, more = [], False
    elif after is not None:
        events = log.since(name, after, limit + 1)
        events, more = events[:limit], len(events) > limit
    else:
        events = log.before(room, before, limit + 1)
        events, more = events[-limit:], len(events) > limit
    return {
        "room": name,
        "epoch": runtime.get().epoch,
        "events": [event.as_json(request.user.pk) for event in events],
        "more": more,
    }
