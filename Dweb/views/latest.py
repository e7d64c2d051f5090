"""GET /latest/: the last message of each of one's rooms."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..chat import latest as rules
from .api import json_view


@json_view("GET")
def latest(request: HttpRequest) -> dict[str, Any]:
    """The last message of each of one's rooms, of long ones the beginning."""
    events = rules.latest(runtime.get(), request.user)
    return {"events": [event.as_json(request.user.pk) for event in events]}
