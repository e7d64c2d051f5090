"""GET and POST /tokens/: the tokens of one's programs. A token is no way here."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .. import runtime
from ..accounts import tokens as rules
from ..accounts.access import USUAL, Scope, scopes_of
from ..chat import permissions, prices
from ..chat.rates import check_rate
from ..models import TOKEN_NAME_CHARS, User
from ..refusal import Refusal
from .api import by_method
from .fields import clean_room
from .operation import operation
from .schemas import (
    NUMBER,
    OK,
    ROOM,
    ROOM_LIST,
    SUCCESS,
    TEXT,
    TIME,
    Maybe,
    Schema,
    between,
    many,
    maybe,
    noted,
    or_null,
    several,
    shape,
    text,
    words,
)
from .values import clean_between, clean_line, clean_number, given

TOKEN: dict[str, Schema | Maybe] = {
    "id": NUMBER,
    "name": TEXT,
    "scopes": many(words(Scope)),
    "rooms": noted(or_null(many(ROOM)), gettext_noop("null for all rooms")),
    "made": TIME,
    "used": or_null(TIME),
    "expires": or_null(TIME),
}


@operation(
    gettext_noop("The tokens of one's programs, the newest first."),
    answer=shape(tokens=many(shape("Token", **TOKEN))),
)
def listed(request: HttpRequest) -> dict[str, Any]:
    runtime.get().rates.charge(request.user.pk, prices.ACCOUNT)  # never refused: see change()
    return {"tokens": rules.listed(request.user)}


@operation(
    gettext_noop("Makes a token, which is answered this once; or ends one by its id."),
    fields=(
        shape(
            name=text(TOKEN_NAME_CHARS, 1),
            scopes=maybe(TEXT, gettext_noop("of read, write and manage, by commas; without it read and write")),
            rooms=maybe(ROOM_LIST),
            days=maybe(between(1, settings.TOKEN_MAX_DAYS), gettext_noop("until it expires; without it never")),
        ),
        shape(end=NUMBER),
    ),
    answer=several(shape(msg=SUCCESS, token=TEXT, **TOKEN), OK),
    errors=("not_found",),
)
def change(request: HttpRequest) -> dict[str, Any]:
    """Makes a token, which is answered this once; or ends the one with the id `end`.

    That is not refused where the budget is spent: the program that spends it is ended here.
    """
    fields = request.POST.dict()
    if "end" in fields:
        runtime.get().rates.charge(request.user.pk, prices.ACCOUNT)
        rules.end(request.user, clean_number(fields, "end"), request)
        return {"msg": "success"}
    check_rate(runtime.get(), request.user, prices.ACCOUNT)
    made, token = rules.make(request.user, clean_wanted(request.user, fields), request)
    return {"msg": "success", "token": token, **rules.as_json(made)}


def clean_wanted(user: User, fields: Mapping[str, Any]) -> rules.Wanted:
    """The token that these fields ask for. Raises Refusal."""
    name = clean_line(fields, "name", TOKEN_NAME_CHARS)
    if not name:
        raise Refusal("bad_input", _("Give the token a name by which you know the program."))
    try:
        scopes = scopes_of(_words(fields, "scopes")) or frozenset(USUAL)
    except ValueError:
        words = ", ".join(Scope)
        raise Refusal("bad_input", _("scopes may be: %(words)s.") % {"words": words}) from None
    rooms = [clean_room(each) for each in dict.fromkeys(_words(fields, "rooms"))]
    if len(rooms) > settings.TOKEN_ROOMS:
        raise Refusal(
            "bad_input", _("A token is for at most %(most)d rooms, or for all.") % {"most": settings.TOKEN_ROOMS}
        )
    for room in rooms:
        permissions.room_of(user, room)
    has_end = given(fields, "days") is not None
    days = clean_between(fields, "days", 1, settings.TOKEN_MAX_DAYS, 1) if has_end else None
    return rules.Wanted(name, scopes, frozenset(rooms) or None, days)


def _words(fields: Mapping[str, Any], field: str) -> list[str]:
    """The words of a field, none if it is blank. Of commas with nothing between them, a word that names nothing."""
    value = given(fields, field)
    return [] if value is None else str(value).replace(",", " ").split() or [""]


tokens = by_method(GET=listed, POST=change)
