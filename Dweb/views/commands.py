"""GET /commands/: the slash commands of a room."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..chat import outgoing_hooks, prices
from ..chat.rates import check_rate
from .api import json_view
from .fields import clean_room


@json_view("GET")
def commands(request: HttpRequest) -> dict[str, Any]:
    """Those that a member of `room` may give there, by name."""
    check_rate(runtime.get(), request.user, prices.PAGE)
    room = clean_room(request.GET.get("room"))
    return {"room": room, "commands": outgoing_hooks.commands(request.user, room)}
