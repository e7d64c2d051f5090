"""GET /search/: messages by what they say."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .. import runtime
from ..chat import search as rules
from ..refusal import Refusal
from ..search.find import Narrowed
from .api import json_view
from .fields import clean_room
from .operation import operation
from .schemas import EVENT_ID, EVENTS, MORE, NUMBER, ROOM, TIME, like, maybe, shape, text
from .values import clean_optional_number, clean_optional_time, clean_query

FIELDS = shape(
    q=like(text(settings.SEARCH_MAX_CHARS, 1), "hello"),
    room=maybe(ROOM),
    before=maybe(EVENT_ID),
    since=maybe(TIME, gettext_noop("this time and later")),
    until=maybe(TIME, gettext_noop("before this time")),
    **{"from": maybe(NUMBER, gettext_noop("a user's id: their messages alone"))},
)


@json_view("GET")
@operation(
    gettext_noop("Messages of one's rooms, or of one of them, by what they say, the newest first."),
    fields=FIELDS,
    answer=shape(events=EVENTS, more=MORE),
    errors=("not_found",),
)
def search(request: HttpRequest) -> dict[str, Any]:
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
