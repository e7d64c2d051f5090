"""GET /latest/: the last message of each of one's rooms."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from .. import runtime
from ..chat import latest as rules
from .api import json_view
from .operation import operation
from .schemas import EVENTS, shape


@json_view("GET")
@operation(_("The last message of each of one's rooms, of long ones the beginning."), answer=shape(events=EVENTS))
def latest(request: HttpRequest) -> dict[str, Any]:
    events = rules.latest(runtime.get(), request.user)
    return {"events": [event.as_json(request.user.pk) for event in events]}
