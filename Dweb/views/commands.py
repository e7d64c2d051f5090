"""GET /commands/: the slash commands of a room."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from .. import runtime
from ..chat import outgoing_hooks, prices
from ..chat.rates import check_rate
from .api import json_view
from .fields import clean_room
from .operation import operation
from .schemas import ROOM, TEXT, USER, many, shape


@json_view("GET")
@operation(
    _("The slash commands of a room of one's own, by name."),
    fields=shape(room=ROOM),
    answer=shape(room=ROOM, commands=many(shape(name=TEXT, hint=TEXT, bot=USER))),
    errors=("not_found",),
)
def commands(request: HttpRequest) -> dict[str, Any]:
    check_rate(runtime.get(), request.user, prices.PAGE)
    room = clean_room(request.GET.get("room"))
    return {"room": room, "commands": outgoing_hooks.commands(request.user, room)}
