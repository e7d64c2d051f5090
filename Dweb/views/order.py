"""/reports/ and /blocks/: messages are reported and settled, people are blocked."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from .. import runtime
from ..chat import blocks
from ..chat import reports as rules
from ..models import REASON_CHARS
from .api import by_method, json_view
from .fields import clean_room
from .operation import operation
from .schemas import EVENTS, MORE, NUMBER, OK, ROOM, SEQ, TEXT, TIME, USER, YES_OR_NO, many, maybe, shape, text
from .values import FLAGS, clean_line, clean_number, clean_word


@operation(
    _("The reports that the user may settle, the oldest first, each with the messages around it."),
    fields=shape(after=maybe(NUMBER, _("the last report's id of the page before"))),
    answer=shape(
        reports=many(
            shape(id=NUMBER, room=ROOM, title=TEXT, seq=SEQ, reason=TEXT, time=TIME, by=USER, events=EVENTS),
            settings.REPORTS_LISTED,
        ),
        more=MORE,
    ),
)
def listed(request: HttpRequest) -> dict[str, Any]:
    found, more = rules.listed(runtime.get(), request.user, clean_number(request.GET.dict(), "after", 0))
    return {"reports": found, "more": more}


@operation(
    _("Reports a message to the moderators of its room and the admins."),
    fields=shape(room=ROOM, seq=SEQ, reason=maybe(text(REASON_CHARS))),
    answer=OK,
    errors=("not_found",),
)
def make(request: HttpRequest) -> dict[str, Any]:
    fields = request.POST.dict()
    room, seq = clean_room(fields.get("room")), clean_number(fields, "seq")
    rules.report(runtime.get(), request.user, room, seq, clean_line(fields, "reason", REASON_CHARS))
    return {"msg": "success"}


reports = by_method(GET=listed, POST=make)


@json_view("POST")
@operation(
    _("Settles a report, and others of the same message."),
    fields=shape(reason=maybe(text(REASON_CHARS))),
    answer=OK,
    errors=("not_found",),
)
def report(request: HttpRequest, number: int) -> dict[str, Any]:
    rules.resolve(runtime.get(), request.user, number, clean_line(request.POST.dict(), "reason", REASON_CHARS))
    return {"msg": "success"}


@operation(_("The people whom the user blocks."), answer=shape(blocked=many(USER)))
def blocked_people(request: HttpRequest) -> dict[str, Any]:
    return {"blocked": blocks.listed(runtime.get(), request.user)}


@operation(
    _("Blocks a user, or not any more."),
    fields=shape(userid=NUMBER, blocked=maybe(YES_OR_NO, _("0: not any more"))),
    answer=OK,
    errors=("not_found",),
)
def block(request: HttpRequest) -> dict[str, Any]:
    fields = request.POST.dict()
    on = FLAGS[clean_word(fields, "blocked", FLAGS, "1")]
    blocks.block(runtime.get(), request.user, clean_number(fields, "userid"), on=on)
    return {"msg": "success"}


blocked = by_method(GET=blocked_people, POST=block)
