"""GET /pictures/: the pictures of people and rooms."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .. import runtime
from ..chat import pictures as rules
from ..chat import prices
from ..chat.rates import check_rate
from ..refusal import Refusal
from .api import json_view
from .fields import clean_room
from .operation import operation
from .schemas import FILE, ROOM_LIST, USER_LIST, by_key, maybe, shape
from .values import clean_numbers


@json_view("GET")
@operation(
    gettext_noop("The pictures of people and rooms: the ids of files, without those that have none."),
    fields=shape(users=maybe(USER_LIST), rooms=maybe(ROOM_LIST)),
    answer=shape(users=by_key(FILE), rooms=by_key(FILE)),
)
def pictures(request: HttpRequest) -> dict[str, Any]:
    fields = request.GET.dict()
    users = clean_numbers(fields, "users", settings.PICTURES_ASKED)
    names = [name for name in fields.get("rooms", "").split(",") if name]
    if len(names) > settings.PICTURES_ASKED:
        raise Refusal("bad_input", _("rooms has at most %(most)d names.") % {"most": settings.PICTURES_ASKED})
    check_rate(runtime.get(), request.user, prices.PICTURES)
    rooms = [clean_room(name) for name in names]
    return {"users": rules.of_users(request.user, users), "rooms": rules.of_rooms(request.user, rooms)}
