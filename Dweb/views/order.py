"""/reports/ and /blocks/: messages are reported and settled, people are blocked."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..chat import blocks
from ..chat import reports as rules
from ..models import REASON_CHARS
from .api import json_view
from .fields import clean_room
from .values import FLAGS, clean_line, clean_number, clean_word


@json_view("GET", "POST")
def reports(request: HttpRequest) -> dict[str, Any]:
    """GET: what is to be settled by the user. POST: reports a message."""
    if request.method == "GET":
        found, more = rules.listed(runtime.get(), request.user, clean_number(request.GET.dict(), "after", 0))
        return {"reports": found, "more": more}
    fields = request.POST.dict()
    room, seq = clean_room(fields.get("room")), clean_number(fields, "seq")
    rules.report(runtime.get(), request.user, room, seq, clean_line(fields, "reason", REASON_CHARS))
    return {"msg": "success"}


@json_view("POST")
def report(request: HttpRequest, number: int) -> dict[str, Any]:
    """Settles a report."""
    rules.resolve(runtime.get(), request.user, number, clean_line(request.POST.dict(), "reason", REASON_CHARS))
    return {"msg": "success"}


@json_view("GET", "POST")
def blocked(request: HttpRequest) -> dict[str, Any]:
    """GET: whom the user blocks. POST: blocks somebody, or not any more."""
    if request.method == "GET":
        return {"blocked": blocks.listed(runtime.get(), request.user)}
    fields = request.POST.dict()
    on = FLAGS[clean_word(fields, "blocked", FLAGS, "1")]
    blocks.block(runtime.get(), request.user, clean_number(fields, "userid"), on=on)
    return {"msg": "success"}
