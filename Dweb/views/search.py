"""GET /search/: messages by what they say."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import runtime
from ..chat import search as rules
from ..refusal import Refusal
from ..search.find import Narrowed
from .api import json_view
from .fields import clean_room
from .values import clean_optional_number, clean_optional_time, clean_query


@json_view("GET")
def search(request: HttpRequest) -> dict[str, Any]:
    """Messages of one's own rooms, or of one of them, newest first; `before` is the id of an event.

    `from` is the id of a user; `since` (inclusive) and `until` are times.
    """
    fields = request.GET.dict()
    query = clean_query(fields, settings.SEARCH_MAX_CHARS)
    if not query:
        raise Refusal("bad_input", _("q must say what to look for."))
    room = clean_room(fields["room"]) if fields.get("room") else None
    before = clean_optional_number(fields, "before")
    narrowed = Narrowed(
        clean_optional_number(fields, "from"),
        clean_optional_time(fields, "since"),
        clean_optional_time(fields, "until"),
    )
    events, more = rules.search(runtime.get(), request.user, query, room, before, narrowed)
    return {"events": [event.as_json(request.user.pk) for event in events], "more": more}
