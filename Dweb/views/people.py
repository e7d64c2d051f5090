"""GET /users/, GET /members/ and GET /people/<userid>/: people by their names, those of a room, and one of them."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..chat import cards, everyone, people
from ..models import NAME_CHARS
from .api import json_view
from .fields import clean_room
from .values import FLAGS, clean_optional_number, clean_query, clean_word


@json_view("GET")
def users(request: HttpRequest) -> dict[str, Any]:
    """People whose names begin with `q`; without it, the people who are online, or all of them."""
    fields = request.GET.dict()
    if FLAGS[clean_word(fields, "all", FLAGS, "0")]:
        found, more = everyone.browse(runtime.get(), request.user, clean_optional_number(fields, "after"))
    else:
        found, more = people.find(runtime.get(), request.user, clean_query(fields, NAME_CHARS))
    return {"users": found, "more": more}


@json_view("GET")
def members(request: HttpRequest) -> dict[str, Any]:
    """The members of `room`, those who are online first."""
    room = clean_room(request.GET.get("room"))
    found, count = people.members(runtime.get(), request.user, room)
    return {"room": room, "members": found, "count": count, "more": count > len(found)}


@json_view("GET")
def person(request: HttpRequest, user_id: int) -> dict[str, Any]:
    """The card of a person."""
    return cards.card(runtime.get(), request.user, user_id)
