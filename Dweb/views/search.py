"""GET /search/: messages by what they say."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import runtime
from ..chat import permissions
from ..chat.rates import check_rate
from ..refusal import Refusal
from ..search.find import find
from .api import json_view
from .fields import clean_optional_number, clean_query, clean_room

EVENTS = 50
MAX_CHARS = 200


@json_view("GET")
def search(request: HttpRequest) -> dict[str, Any]:
    """Messages of one's own rooms, or of one of them, newest first; `before` is the id of an event."""
    check_rate(runtime.get(), request.user)
    fields = request.GET.dict()
    query = clean_query(fields, MAX_CHARS)
    if not query:
        raise Refusal("bad_input", _("q must say what to look for."))
    before = clean_optional_number(fields, "before")
    room = clean_room(fields["room"]) if fields.get("room") else None
    events, more = find(permissions.rooms_to_search(request.user, room), query, before, EVENTS)
    return {"events": [event.as_json(request.user.pk) for event in events], "more": more}
