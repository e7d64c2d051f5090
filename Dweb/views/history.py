"""GET /history/: pages of a room's log."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .. import runtime
from ..chat import history as rules
from ..live.direct import direct_room
from ..models import LOBBY
from ..refusal import Refusal
from .api import json_view
from .fields import clean_room
from .operation import operation
from .schemas import EVENTS, MORE, NUMBER, ROOM, SEQ, TEXT, between, maybe, noted, shape
from .values import clean_number, clean_optional_number

EPOCH = noted(TEXT, gettext_noop("another one after a restored backup: numbers that one knows are void then"))


@json_view("GET")
@operation(
    gettext_noop("A page of a room's log: the last events, or those before or after a number."),
    fields=shape(
        room=maybe(ROOM, gettext_noop("without it the lobby")),
        userto=maybe(NUMBER, gettext_noop("a user's id: the private chat with them")),
        before=maybe(SEQ),
        after=maybe(SEQ),
        limit=maybe(between(1, settings.HISTORY_MAX_EVENTS, settings.HISTORY_EVENTS)),
    ),
    answer=shape(room=ROOM, epoch=EPOCH, events=EVENTS, more=MORE),
    errors=("not_found",),
)
def history(request: HttpRequest) -> dict[str, Any]:
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
