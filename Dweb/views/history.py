"""GET /history/: pages of a room's log."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import runtime
from ..chat import history as rules
from ..live.direct import direct_room
from ..models import LOBBY
from ..refusal import Refusal
from .api import json_view
from .fields import clean_room
from .values import clean_number, clean_optional_number


@json_view("GET")
def history(request: HttpRequest) -> dict[str, Any]:
    """A page of a room's log: the last events, or those before or after a number."""
    fields = request.GET.dict()
    limit = min(clean_number(fields, "limit", settings.HISTORY_EVENTS), settings.HISTORY_MAX_EVENTS)
    if not limit:
        raise Refusal("bad_input", _("limit must be 1 or more."))
    before, after = (clean_optional_number(fields, name) for name in ("before", "after"))
    if before is not None and after is not None:
        raise Refusal("bad_input", _("Give before or after, not both."))
    if fields.get("userto"):
        room = direct_room(request.user.pk, clean_number(fields, "userto"))
    else:
        room = clean_room(fields.get("room") or LOBBY)
    events, more = rules.page(runtime.get(), request.user, room, before, after, limit)
    return {
        "room": room,
        "epoch": runtime.get().epoch,
        "events": [event.as_json(request.user.pk) for event in events],
        "more": more,
    }
