"""GET /users/, GET /members/ and GET /people/<userid>/: people by their names, those of a room, and one of them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from .. import runtime
from ..chat import cards, everyone, people
from ..models import NAME_CHARS, PlaceRole
from .api import json_view
from .fields import clean_room
from .operation import operation
from .schemas import (
    BOT,
    FLAG,
    MORE,
    NUMBER,
    PERSON,
    ROOM,
    SUCCESS,
    TEXT,
    TIME,
    YES_OR_NO,
    many,
    maybe,
    noted,
    or_null,
    shape,
    text,
    words,
)
from .values import FLAGS, clean_optional_number, clean_query, clean_word


@json_view("GET")
@operation(
    _("People whose names have a word that begins with q; without q, the people who are online, or all of them."),
    fields=shape(
        q=maybe(text(NAME_CHARS)),
        all=maybe(YES_OR_NO, _("1: everyone, by name")),
        after=maybe(NUMBER, _("the last user's id of the page before")),
    ),
    answer=shape(users=many(PERSON), more=MORE),
)
def users(request: HttpRequest) -> dict[str, Any]:
    fields = request.GET.dict()
    if FLAGS[clean_word(fields, "all", FLAGS, "0")]:
        found, more = everyone.browse(runtime.get(), request.user, clean_optional_number(fields, "after"))
    else:
        found, more = people.find(runtime.get(), request.user, clean_query(fields, NAME_CHARS))
    return {"users": found, "more": more}


@json_view("GET")
@operation(
    _("The members of a room of one's own, those who are online first."),
    fields=shape(room=ROOM),
    answer=shape(room=ROOM, members=many(PERSON), count=noted(NUMBER, _("how many there are")), more=MORE),
    errors=("not_found",),
)
def members(request: HttpRequest) -> dict[str, Any]:
    room = clean_room(request.GET.get("room"))
    found, count = people.members(runtime.get(), request.user, room)
    return {"room": room, "members": found, "count": count, "more": count > len(found)}


CARD = shape(
    msg=SUCCESS,
    userid=NUMBER,
    username=TEXT,
    account=noted(or_null(TEXT), _("null for guests, unless it is their own")),
    since=TIME,
    online=FLAG,
    role=or_null(words(PlaceRole.values)),
    blocked=noted(FLAG, _("whether the user blocks them")),
    timezone=noted(or_null(TEXT), _("IANA's name of it")),
    bot=BOT,
    hook=BOT,
    rooms=many(shape(room=ROOM, title=TEXT), settings.ROOMS_IN_COMMON),
    more=MORE,
)


@json_view("GET")
@operation(_("A person, and the group rooms that both are in."), answer=CARD, errors=("not_found",))
def person(request: HttpRequest, user_id: int) -> dict[str, Any]:
    return cards.card(runtime.get(), request.user, user_id)
